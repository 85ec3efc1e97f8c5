import { NOT_PLAIN } from './plain-json.js';

/** Wire types of Protocol Buffers. */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;

/** Entries of a repeated field that are found. */
export const MAX_ENTRIES = 16;
/** Largest field number that is found. */
const MAX_FIELD = 7;
const ABSENT = -1;
/** The largest number that a shift by 7 bits at a time builds without passing 2 ** 53. */
const MAX_VARINT_BYTES = 7;

/** Wire types by field number, and the number of the field that may come more than once. */
export interface MessageLayout {
  readonly wireTypes: readonly (number | undefined)[];
  readonly repeated?: number;
}

/**
 * Where the fields of one encoded message lie. Nothing is decoded and nothing allocated, and one object reads any
 * number of messages, one after the other. What an ordinary sender does not send is not plain: unknown fields, fields
 * that come twice, more than 16 entries, and whatever is cut short.
 */
export class MessageFields {
  private readonly wireTypes: readonly (number | undefined)[];
  private readonly repeated: number;
  private readonly starts = new Int32Array(MAX_FIELD + 1);
  private readonly ends = new Int32Array(MAX_FIELD + 1);
  private readonly entryStarts = new Int32Array(MAX_ENTRIES);
  private readonly entryEnds = new Int32Array(MAX_ENTRIES);
  private bytes: Uint8Array = new Uint8Array();
  private position = 0;
  private limit = 0;
  /** A bit for each field that the message has. */
  private present = 0;
  private entryCount = 0;

  constructor({ wireTypes, repeated = 0 }: MessageLayout) {
    this.wireTypes = wireTypes;
    this.repeated = repeated;
  }

  /** Whether the message has one field and no other, the repeated one aside. */
  get hasOneField(): boolean {
    return this.present !== 0 && (this.present & (this.present - 1)) === 0;
  }

  /** Entries of the repeated field. */
  get entries(): number {
    return this.entryCount;
  }

  /** @throws NOT_PLAIN. */
  read(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.position = start;
    this.limit = end;
    this.present = 0;
    this.entryCount = 0;
    while (this.position < end) this.readField();
  }

  has(field: number): boolean {
    return (this.present & (1 << field)) !== 0;
  }

  /** Where the content of a field begins; -1 when it is absent. */
  start(field: number): number {
    return this.has(field) ? (this.starts[field] ?? ABSENT) : ABSENT;
  }

  /** Where the content of a field ends; -1 when it is absent. */
  end(field: number): number {
    return this.has(field) ? (this.ends[field] ?? ABSENT) : ABSENT;
  }

  entryStart(index: number): number {
    return this.entryStarts[index] ?? ABSENT;
  }

  entryEnd(index: number): number {
    return this.entryEnds[index] ?? ABSENT;
  }

  /** A number below 2 ** 49, 0 when it is absent. @throws NOT_PLAIN for a larger one, and so for every negative one. */
  varint(field: number): number {
    if (!this.has(field)) return 0;
    this.position = this.start(field);
    return this.readVarint();
  }

  private readField(): void {
    const tag = this.bytes[this.position] ?? 0;
    const field = tag >> 3;
    const wireType = tag & 7;
    // A longer tag has the highest bit set, and so a field number that no layout has.
    if (wireType !== this.wireTypes[field]) throw NOT_PLAIN;
    this.position += 1;
    const length = wireType === BYTES ? this.readVarint() : 0;
    const start = this.position;
    if (wireType === VARINT) this.readVarint();
    else this.position += wireType === FIXED64 ? 8 : length;
    if (this.position > this.limit) throw NOT_PLAIN;
    if (field === this.repeated) this.addEntry(start);
    else this.setField(field, start);
  }

  private setField(field: number, start: number): void {
    if (this.has(field)) throw NOT_PLAIN;
    this.starts[field] = start;
    this.ends[field] = this.position;
    this.present |= 1 << field;
  }

  private addEntry(start: number): void {
    if (this.entryCount === MAX_ENTRIES) throw NOT_PLAIN;
    this.entryStarts[this.entryCount] = start;
    this.entryEnds[this.entryCount] = this.position;
    this.entryCount += 1;
  }

  private readVarint(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < MAX_VARINT_BYTES && this.position < this.limit; count += 1) {
      const byte = this.bytes[this.position] ?? 0;
      this.position += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw NOT_PLAIN;
  }
}
