import { AnalysisError } from '../analysis-error.js';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

const NEW_LINE = 0x0a;

/**
 * The text of bytes as they come, without a byte order mark.
 *
 * @throws AnalysisError that names the line of the first bytes that are not of the encoding.
 */
export async function* decodeText(bytes: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let line = 1;
  for await (const chunk of bytes) {
    const text = decoded(
      () => decoder.decode(chunk, { stream: true }),
      encoding,
      () => line + linesBefore(chunk),
    );
    line += chunk.filter((byte) => byte === NEW_LINE).length;
    yield text;
  }
  yield decoded(
    () => decoder.decode(),
    encoding,
    () => line,
  );
}

function decoded(decode: () => string, encoding: Encoding, lineOfFault: () => number): string {
  try {
    return decode();
  } catch (cause) {
    throw new AnalysisError(
      'FILE',
      `line ${lineOfFault()} is not ${encoding.toUpperCase()}. Save the file as UTF-8: in a spreadsheet, as "CSV UTF-8".`,
      { cause },
    );
  }
}

/** How many lines of the bytes come before the one that is no UTF-8; a character may begin in the bytes before. */
function linesBefore(chunk: Buffer): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let start = 0;
  while (start < chunk.length && (chunk.readUInt8(start) & 0xc0) === 0x80 && start < 3) start += 1;
  let lines = 0;
  for (let end = chunk.indexOf(NEW_LINE, start); end >= 0; end = chunk.indexOf(NEW_LINE, start)) {
    try {
      decoder.decode(chunk.subarray(start, end + 1));
    } catch {
      return lines;
    }
    lines += 1;
    start = end + 1;
  }
  return lines;
}
