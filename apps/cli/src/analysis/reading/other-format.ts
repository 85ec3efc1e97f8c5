import type { Encoding } from './decode-text.js';

/** What a file holds that is no CSV, by how it begins. */
const FORMATS: readonly (readonly [beginning: RegExp | string, name: string, advice: string])[] = [
  [/^\s*<(!doctype\s+html|html|head|body)\b/i, 'an HTML page', 'often a login page; download the file again'],
  [/^\s*<\?xml\b/i, 'XML', 'export it as CSV'],
  ['PK\u0003\u0004', 'a ZIP archive or a spreadsheet', 'unpack it, or save the sheet as CSV'],
  ['\u00d0\u00cf\u0011\u00e0', 'a spreadsheet of old Excel', 'save the sheet as CSV'],
  ['PAR1', 'a Parquet file', `export it as CSV, for example with DuckDB: COPY (FROM 'x.parquet') TO 'x.csv'`],
  ['%PDF-', 'a PDF document', 'export the data as CSV'],
  ['(\u00b5/\u00fd', 'compressed with Zstandard', 'decompress it, or compress it with gzip'],
  [/^BZh[1-9]/, 'compressed with bzip2', 'decompress it, or compress it with gzip'],
  ['\u00fd7zXZ\u0000', 'compressed with xz', 'decompress it, or compress it with gzip'],
  [/^\s*(\{\s*"|\[\s*[{["])/, 'JSON', 'write it as CSV, one row per line'],
];

/** Says what a file is instead of CSV and what to do about it, the end of a sentence; undefined when nothing is known. */
export function otherFormat(beginning: Buffer, encoding: Encoding): string | undefined {
  // This one-byte encoding keeps each byte as one character.
  const text = new TextDecoder(encoding === 'utf-8' ? 'windows-1252' : encoding)
    .decode(beginning.subarray(0, 512))
    .replace(/^\u00ef\u00bb\u00bf/, '');
  const found = FORMATS.find(([start]) => (typeof start === 'string' ? text.startsWith(start) : start.test(text)));
  return found && `is ${found[1]}, not a CSV file: ${found[2]}`;
}
