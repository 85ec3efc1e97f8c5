import type { TextEncoding } from '../model/index.js';
import { PADDING_ROOM } from './kernels/padding.js';

/**
 * Reused between calls so that hashing ordinary units allocates nothing; grown for longer text, but a text above
 * {@link KEPT_BYTES} gets bytes of its own, so that one huge unit does not pin memory.
 */
let scratch = /* @__PURE__ */ new Uint8Array(512);
const KEPT_BYTES = 65_536;

let writtenLength = 0;

/** How many bytes the last {@link bytesOf} wrote. */
export function lengthOfBytes(): number {
  return writtenLength;
}

/**
 * The text as bytes, valid until the next call, with room for padding behind them; {@link lengthOfBytes} tells how
 * many. `utf16-units` has no byte form and is written as `utf16-low-byte`; its kernels read the text itself.
 */
export function bytesOf(text: string, encoding: TextEncoding): Uint8Array {
  const isUtf8 = encoding === 'utf8' || encoding === 'cbor-text';
  const needed = text.length * (isUtf8 ? 3 : 1) + MAX_HEAD_BYTES + PADDING_ROOM;
  const bytes = needed <= scratch.length ? scratch : grown(needed);
  if (encoding === 'utf8') {
    writtenLength = writeUtf8(text, bytes);
    return bytes;
  }
  if (encoding === 'cbor-text') {
    writtenLength = writeCborText(text, bytes);
    return bytes;
  }
  writtenLength = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    bytes[index] = encoding === 'ascii-or-backslash' && unit > 0x7f ? 0x5c : unit & 0xff;
  }
  return bytes;
}

/** Longest head of a CBOR text string here. */
const MAX_HEAD_BYTES = 5;

/** Writes the head of a text string, major type 3 with the shortest form of the length, then UTF-8. */
function writeCborText(text: string, bytes: Uint8Array): number {
  const length = writeUtf8(text, bytes, MAX_HEAD_BYTES);
  const head = cborHead(length);
  bytes.copyWithin(head.length, MAX_HEAD_BYTES, MAX_HEAD_BYTES + length);
  bytes.set(head);
  return head.length + length;
}

function cborHead(length: number): readonly number[] {
  if (length < 24) return [0x60 | length];
  if (length < 0x100) return [0x78, length];
  if (length < 0x1_0000) return [0x79, length >>> 8, length & 0xff];
  return [0x7a, length >>> 24, (length >>> 16) & 0xff, (length >>> 8) & 0xff, length & 0xff];
}

/** Writes UTF-8 and returns how many bytes. `bytes` needs three per code unit. Lone surrogates become U+FFFD. */
export function writeUtf8(text: string, bytes: Uint8Array, from = 0): number {
  let end = from;
  for (let index = 0; index < text.length; index += 1) {
    let point = text.charCodeAt(index);
    if (point < 0x80) {
      bytes[end++] = point;
      continue;
    }
    if (point < 0x800) {
      bytes[end++] = 0xc0 | (point >> 6);
      bytes[end++] = 0x80 | (point & 0x3f);
      continue;
    }
    const next = (point & 0xfc00) === 0xd800 ? text.charCodeAt(index + 1) : 0;
    if ((next & 0xfc00) === 0xdc00) {
      index += 1;
      point = ((point & 0x3ff) << 10) + (next & 0x3ff) + 0x10000;
      bytes[end++] = 0xf0 | (point >> 18);
      bytes[end++] = 0x80 | ((point >> 12) & 0x3f);
    } else {
      if ((point & 0xf800) === 0xd800) point = 0xfffd;
      bytes[end++] = 0xe0 | (point >> 12);
    }
    bytes[end++] = 0x80 | ((point >> 6) & 0x3f);
    bytes[end++] = 0x80 | (point & 0x3f);
  }
  return end - from;
}

function grown(needed: number): Uint8Array {
  const bytes = new Uint8Array(needed);
  if (needed <= KEPT_BYTES) scratch = bytes;
  return bytes;
}
