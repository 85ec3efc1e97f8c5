import { Buffer } from 'node:buffer';

/** Thrown when something is not plain. One object for all: whoever catches it reads the event another way. */
export const NOT_PLAIN = new Error('Not plain.');

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;
const LAST_PRINTABLE = 0x7e;

/** Writes JSON whose texts are copied byte by byte because none needs an escape: printable ASCII but `"` and `\`. */
export class PlainJson {
  private readonly written: Buffer;
  private end = 0;

  /** @param capacity in bytes; whoever writes keeps within it. */
  constructor(capacity: number) {
    this.written = Buffer.allocUnsafe(capacity);
  }

  start(): void {
    this.end = 0;
  }

  /** Writes punctuation and names of fields as they are. */
  literal(literal: Uint8Array): void {
    const { written, end } = this;
    for (let index = 0; index < literal.length; index += 1) written[end + index] = literal[index] ?? 0;
    this.end = end + literal.length;
  }

  /** Writes bytes as text in quotes. @throws NOT_PLAIN when one of them cannot be copied. */
  text(bytes: Uint8Array, from: number, to: number): void {
    const { written } = this;
    let { end } = this;
    written[end++] = QUOTE;
    for (let index = from; index < to; index += 1) {
      const byte = bytes[index] ?? 0;
      if (byte < FIRST_PRINTABLE || byte > LAST_PRINTABLE || byte === QUOTE || byte === BACKSLASH) throw NOT_PLAIN;
      written[end++] = byte;
    }
    written[end++] = QUOTE;
    this.end = end;
  }

  /** @throws NOT_PLAIN for a number that JSON does not have. */
  number(value: number): void {
    if (!Number.isFinite(value)) throw NOT_PLAIN;
    this.end += this.written.write(String(value), this.end, 'latin1');
  }

  finish(): string {
    return this.written.toString('latin1', 0, this.end);
  }
}
