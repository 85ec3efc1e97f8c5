import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { CsvError, parse } from 'csv-parse';

import { quoted, quotedPath } from '../../failure/quoted.js';
import { AnalysisError } from '../analysis-error.js';
import { decodeText } from './decode-text.js';
import { bytesOf } from './input-file.js';
import type { InputFile } from './input-file.js';

/** A record of more characters than this is taken for one whose quote is never closed. */
const LONGEST_RECORD = 1_000_000;

/**
 * Writes a file again in the plainest form: UTF-8, every field in quotes, one line feed after each record. Takes mixed
 * line ends, UTF-16 and a line `sep=;`.
 *
 * @throws AnalysisError that names the line and the cause when the file is malformed.
 */
export async function rewriteCsv(input: InputFile, target: string): Promise<void> {
  // Counted as records are parsed: those that stand in a queue when parsing fails would be missed otherwise.
  const place: Place = { line: 0, header: [] };
  const parser = parse({
    delimiter: input.delimiter,
    from_line: input.hasSeparatorLine ? 2 : 1,
    max_record_size: LONGEST_RECORD,
    record_delimiter: ['\r\n', '\n', '\r'],
    skip_empty_lines: true,
    on_record: (record: string[], { lines }) => {
      if (place.line === 0) place.header = record;
      place.line = lines;
      return record;
    },
  });
  const text = Readable.from(decodeText(bytesOf(input), input.encoding));
  try {
    await pipeline(text, parser, writtenAgain, createWriteStream(target, { mode: 0o600 }));
  } catch (cause) {
    if (cause instanceof CsvError) throw malformed(input, describe(cause, input, place), cause);
    if (cause instanceof AnalysisError) throw malformed(input, cause.message.replace(/\.$/, ''), cause);
    throw cause;
  }
}

/** How far the parser has come. */
interface Place {
  /** Last line of the last record that was read; 0 before the first. */
  line: number;
  header: readonly string[];
}

async function* writtenAgain(records: AsyncIterable<readonly string[]>): AsyncGenerator<string> {
  for await (const record of records) yield `${record.map((field) => `"${field.replaceAll('"', '""')}"`).join(',')}\n`;
}

function describe(error: CsvError, { delimiter }: InputFile, { line, header }: Place): string {
  const { lines = line } = error as { readonly lines?: number };
  const record = `the record that begins on line ${line + 1}`;
  switch (error.code) {
    case 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH':
      return describeLength((error as { readonly record?: readonly string[] }).record ?? [], lines, header, delimiter);
    case 'CSV_QUOTE_NOT_CLOSED':
      return `a quote that opens in ${record} is never closed`;
    case 'CSV_MAX_RECORD_SIZE':
      return `${record} is longer than ${LONGEST_RECORD} characters; most likely a quote in it is never closed`;
    case 'INVALID_OPENING_QUOTE':
      return `line ${lines} has a quote inside a field that does not begin with one; put the field in quotes and double the quote`;
    case 'CSV_INVALID_CLOSING_QUOTE':
      return `line ${lines} has text after a closing quote; double a quote that belongs to the field`;
    default:
      return `line ${lines}: ${error.message.split('\n')[0] ?? ''}`;
  }
}

function describeLength(record: readonly string[], line: number, header: readonly string[], delimiter: string): string {
  const [first = ''] = record;
  const [title = ''] = header;
  const counts = `line ${line} has ${fields(record.length)}, the header has ${header.length} (separated by ${nameOf(delimiter)})`;
  if (title.startsWith('#')) return `${counts}; the header ${quoted(title)} looks like a comment, remove it`;
  if (first.startsWith('#')) return `${counts}; ${quoted(first)} looks like a comment, remove it`;
  return counts;
}

function fields(count: number): string {
  return count === 1 ? '1 field' : `${count} fields`;
}

function nameOf(delimiter: string): string {
  return delimiter === '\t' ? 'tabs' : quoted(delimiter);
}

function malformed({ path }: InputFile, reason: string, cause: Error): AnalysisError {
  return new AnalysisError('FILE', `${quotedPath(path)} is not a well-formed CSV file: ${reason}.`, { cause });
}
