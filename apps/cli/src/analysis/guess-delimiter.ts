import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

import { AnalysisError } from './analysis-error.js';

const DELIMITERS = [',', ';', '\t', '|'] as const;

/** A header line longer than this is looked at no further. */
const LONGEST_HEADER_BYTES = 1_000_000;

/** Returns the delimiter that occurs most often outside of quotes in the first line; a comma when none occurs. */
export async function guessDelimiter(file: string): Promise<string> {
  const counts = new Map<string, number>(DELIMITERS.map((delimiter) => [delimiter, 0]));
  let quoted = false;
  for (const character of await firstLine(file)) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && counts.has(character)) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  const [delimiter] = [...counts].reduce((best, next) => (next[1] > best[1] ? next : best));
  return delimiter;
}

async function firstLine(file: string): Promise<string> {
  const raw = createReadStream(file);
  const compressed = file.toLowerCase().endsWith('.gz');
  const stream = compressed ? raw.pipe(createGunzip()) : raw;
  raw.on('error', (error) => stream.destroy(error));
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (chunk.includes('\n') || length > LONGEST_HEADER_BYTES) break;
    }
  } catch (cause) {
    throw new AnalysisError('FILE', `"${file}" can not be decompressed; it is no gzip file.`, { cause });
  }
  const [line] = Buffer.concat(chunks).toString('utf8').split(/\r?\n/, 1);
  return line ?? '';
}
