import { constants, createReadStream } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Gunzip } from 'node:zlib';

import { quotedPath } from '../../failure/quoted.js';
import { AnalysisError } from '../analysis-error.js';
import type { Encoding } from './decode-text.js';
import { guessDelimiter } from './guess-delimiter.js';
import { otherFormat } from './other-format.js';

/** Beyond this many bytes no header is looked for. */
const LONGEST_HEAD_BYTES = 1_000_000;

const SEPARATOR_LINE = /^"?sep=([^"\w])"?$/i;

/** How a file must be read, found out from its beginning. */
export interface InputFile {
  readonly path: string;
  /** With gzip, by its content and not by its name. The whole of it was checked. */
  readonly isCompressed: boolean;
  readonly encoding: Encoding;
  readonly delimiter: string;
  /** Whether the first line is `sep=;`, as spreadsheets write and read it. */
  readonly hasSeparatorLine: boolean;
}

/**
 * Looks at the beginning of a file, and at all of a compressed one.
 *
 * @throws AnalysisError when it is not readable, empty, no text, or a damaged gzip file.
 */
export async function inspectFile(path: string): Promise<InputFile> {
  await requireReadable(path);
  const isCompressed = await beginsWithGzip(path);
  if (!isCompressed && path.toLowerCase().endsWith('.gz')) {
    throw new AnalysisError('FILE', `${quotedPath(path)} can not be decompressed: it is no gzip file.`);
  }
  const head = isCompressed ? await headOfWhole(path) : await headOf(createReadStream(path));
  const encoding = encodingOf(head);
  const format = otherFormat(head, encoding);
  if (format !== undefined) throw new AnalysisError('FILE', `${quotedPath(path)} ${format}.`);

  const [first = '', second = ''] = new TextDecoder(encoding).decode(head).split(/\r\n|\n|\r/, 2);
  const separator = SEPARATOR_LINE.exec(first)?.[1];
  const delimiter = separator ?? guessDelimiter(first);
  if (separator !== undefined && second === '') {
    throw new AnalysisError('FILE', `${quotedPath(path)} has no header after the line "${first}".`);
  }
  return { path, isCompressed, encoding, delimiter, hasSeparatorLine: separator !== undefined };
}

/** The bytes of the file, decompressed. */
export function bytesOf({ path, isCompressed }: InputFile): Readable {
  return isCompressed ? unpack(path) : createReadStream(path);
}

function unpack(path: string): Gunzip {
  const file = createReadStream(path);
  const unpacked = createGunzip();
  file.on('error', (error) => unpacked.destroy(error));
  // It ends before the file does when something follows the last gzip member.
  unpacked.on('close', () => file.destroy());
  return file.pipe(unpacked);
}

async function requireReadable(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new AnalysisError('FILE', `There is no file ${quotedPath(path)}; check the path.`);
  if (!found.isFile()) throw new AnalysisError('FILE', `${quotedPath(path)} is not a file; name one CSV file.`);
  if (found.size === 0) {
    throw new AnalysisError('FILE', `${quotedPath(path)} is empty; it needs a header line and data rows.`);
  }
  try {
    await access(path, constants.R_OK);
  } catch (cause) {
    throw new AnalysisError('FILE', `${quotedPath(path)} is not readable; check its permissions.`, { cause });
  }
}

async function beginsWithGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

async function headOf(stream: Readable): Promise<Buffer> {
  const head = new Head();
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    head.add(chunk);
    if (head.isComplete) break;
  }
  return head.bytes();
}

/** Unpacks all of a gzip file, so that damage anywhere is found before anything is computed from it. */
async function headOfWhole(path: string): Promise<Buffer> {
  const head = new Head();
  const unpacked = unpack(path);
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) head.add(chunk);
  } catch (cause) {
    throw new AnalysisError('FILE', `${quotedPath(path)} is a damaged gzip file (${damageOf(cause)}). ${COPY_AGAIN}`, {
      cause,
    });
  }
  await requireNothingBehind(path, unpacked.bytesWritten);
  if (head.bytes().length === 0) {
    throw new AnalysisError(
      'FILE',
      `${quotedPath(path)} is empty once decompressed; it needs a header line and data rows.`,
    );
  }
  return head.bytes();
}

const COPY_AGAIN = 'No number can be trusted: copy or download it again and check it with "gzip -t".';

/** Zeros may follow, as tapes and disk images pad; other bytes are a part that was damaged. */
async function requireNothingBehind(path: string, endOfGzip: number): Promise<void> {
  for await (const chunk of createReadStream(path, { start: endOfGzip }) as AsyncIterable<Buffer>) {
    if (chunk.some((byte) => byte !== 0)) {
      throw new AnalysisError('FILE', `${quotedPath(path)} is a damaged gzip file (garbage at its end). ${COPY_AGAIN}`);
    }
  }
}

function damageOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message === 'unexpected end of file' ? 'it was cut off' : message;
}

/** Byte order mark, else where the zero bytes of plain letters lie, else UTF-8. */
function encodingOf(head: Buffer): Encoding {
  const [first, second] = head;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first !== 0 && second === 0) return 'utf-16le';
  if (first === 0 && second !== 0) return 'utf-16be';
  return 'utf-8';
}

/** The first bytes of a stream: at least two lines, when there are two. */
class Head {
  private readonly chunks: Buffer[] = [];
  private length = 0;
  private lineEnds = 0;

  get isComplete(): boolean {
    return this.lineEnds >= 2 || this.length >= LONGEST_HEAD_BYTES;
  }

  add(chunk: Buffer): void {
    if (this.isComplete) return;
    this.chunks.push(chunk);
    this.length += chunk.length;
    this.lineEnds += chunk.filter((byte) => byte === 0x0a || byte === 0x0d).length;
  }

  bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }
}
