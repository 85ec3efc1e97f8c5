// Bound once: a property of a global costs a look-up for each call where globals are intercepted, as in vm contexts.
const { imul } = Math;

/** MurmurHash3 x86_32 (Austin Appleby, public domain) after some text has been absorbed; see {@link absorb}. */
export interface Murmur3State {
  readonly hash: number;
  /** Bytes not yet mixed in, little-endian. */
  readonly pending: number;
  /** 0, 8, 16 or 24. */
  readonly pendingBits: number;
  readonly byteLength: number;
}

/** Absorbs the UTF-8 of `prefix` once, so that many texts with the same prefix hash only what differs. */
export function absorb(prefix: string, seed: number): Murmur3State {
  run(seed | 0, 0, 0, 0, prefix);
  return { hash: endHash, pending: endPending, pendingBits: endBits, byteLength: endLength };
}

/** Hash of everything absorbed plus the UTF-8 of `text`, in [0, 2^32). Allocates nothing. Lone surrogates hash as U+FFFD. */
export function murmur3After(state: Murmur3State, text: string): number {
  run(state.hash, state.pending, state.pendingBits, state.byteLength, text);
  return finish(endHash, endPending, endLength);
}

/** Hash of the UTF-8 of `first + separator + second`, in [0, 2^32). Allocates nothing. */
export function murmur3OfThree(first: string, separator: string, second: string): number {
  run(0, 0, 0, 0, first);
  run(endHash, endPending, endBits, endLength, separator);
  run(endHash, endPending, endBits, endLength, second);
  return finish(endHash, endPending, endLength);
}

/** Hash of `bytes[0..length)`, in [0, 2^32). */
export function murmur3OfBytes(bytes: Uint8Array, length: number, seed: number): number {
  let hash = seed | 0;
  let pending = 0;
  let bits = 0;
  for (let index = 0; index < length; index += 1) {
    pending |= (bytes[index] ?? 0) << bits;
    bits += 8;
    if (bits === 32) {
      hash = mix(hash, pending);
      pending = 0;
      bits = 0;
    }
  }
  return finish(hash, pending, length);
}

/**
 * The variant of imurmurhash 0.1.4, which flagd-core for JavaScript uses: each UTF-16 code unit takes one byte's place
 * and its high byte spills into the neighbour. Equal to {@link murmur3OfBytes} for ASCII, and for nothing else.
 */
export function murmur3OfUnits(text: string, seed: number): number {
  const blocks = text.length & ~3;
  let hash = seed | 0;
  for (let index = 0; index < blocks; index += 4) {
    const top = text.charCodeAt(index + 3);
    hash = mix(hash, unitsWord(text, index, 3) ^ ((top & 0xff) << 24) ^ (top >> 8));
  }
  const tail = unitsWord(text, blocks, text.length - blocks);
  return finish(hash, tail > 0 ? tail : 0, text.length);
}

// The state that `run` leaves behind: module variables, so that absorbing allocates nothing.
let endHash = 0;
let endPending = 0;
let endBits = 0;
let endLength = 0;

function run(hash: number, pending: number, bits: number, byteLength: number, text: string): void {
  const size = text.length;
  let index = 0;
  for (; index + 4 <= size; index += 4) {
    const a = text.charCodeAt(index);
    const b = text.charCodeAt(index + 1);
    const c = text.charCodeAt(index + 2);
    const d = text.charCodeAt(index + 3);
    if ((a | b | c | d) > 0x7f) break;
    const word = a | (b << 8) | (c << 16) | (d << 24);
    hash = mix(hash, pending | (word << bits));
    pending = bits === 0 ? 0 : word >>> (32 - bits);
  }
  byteLength += index;
  for (; index < size; index += 1) {
    const unit = text.charCodeAt(index);
    let sequence = unit;
    let width = 8;
    if (unit > 0x7f) {
      const next = (unit & 0xfc00) === 0xd800 && index + 1 < size ? text.charCodeAt(index + 1) : 0;
      if ((next & 0xfc00) === 0xdc00) {
        index += 1;
        sequence = fourBytes(((unit & 0x3ff) << 10) + (next & 0x3ff) + 0x10000);
        width = 32;
      } else if (unit < 0x800) {
        sequence = 0xc0 | (unit >> 6) | ((0x80 | (unit & 0x3f)) << 8);
        width = 16;
      } else {
        sequence = threeBytes((unit & 0xf800) === 0xd800 ? 0xfffd : unit);
        width = 24;
      }
    }
    byteLength += width >> 3;
    pending |= sequence << bits;
    bits += width;
    if (bits >= 32) {
      hash = mix(hash, pending);
      bits -= 32;
      pending = bits === 0 ? 0 : sequence >>> (width - bits);
    }
  }
  endHash = hash;
  endPending = pending;
  endBits = bits;
  endLength = byteLength;
}

function threeBytes(codePoint: number): number {
  return 0xe0 | (codePoint >> 12) | ((0x80 | ((codePoint >> 6) & 0x3f)) << 8) | ((0x80 | (codePoint & 0x3f)) << 16);
}

function fourBytes(codePoint: number): number {
  return (
    0xf0 |
    (codePoint >> 18) |
    ((0x80 | ((codePoint >> 12) & 0x3f)) << 8) |
    ((0x80 | ((codePoint >> 6) & 0x3f)) << 16) |
    ((0x80 | (codePoint & 0x3f)) << 24)
  );
}

function unitsWord(text: string, index: number, count: number): number {
  let word = 0;
  for (let offset = 0; offset < count; offset += 1) word ^= text.charCodeAt(index + offset) << (8 * offset);
  return word;
}

function mix(hash: number, word: number): number {
  const mixed = hash ^ scramble(word);
  return (imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

function scramble(word: number): number {
  const product = imul(word, 0xcc9e2d51);
  return imul((product << 15) | (product >>> 17), 0x1b873593);
}

function finish(hash: number, pending: number, byteLength: number): number {
  let result = hash ^ scramble(pending) ^ byteLength;
  result = imul(result ^ (result >>> 16), 0x85ebca6b);
  result = imul(result ^ (result >>> 13), 0xc2b2ae35);
  return (result ^ (result >>> 16)) >>> 0;
}
