import { readBits } from './packed-bits.js';
import type { PositionCode } from './position-code.js';

// Bound once: a property of a global costs a look-up for each call where globals are intercepted, as in vm contexts.
const { imul } = Math;

/** The layout that a set's size and code give. */
export interface PackedLayout {
  readonly code: PositionCode;
  /** Bits of the first word that the bucket implies, so that they are not stored. */
  readonly quotientBits: number;
  readonly entryBits: number;
}

/** Ids in one bucket on average, at least; at most twice as many. More would slow look-ups, fewer cost bucket starts. */
const BUCKET_IDS = 16;

export function packedLayout(code: PositionCode, count: number): PackedLayout {
  const quotientBits = Math.max(0, 31 - Math.clz32(Math.floor(count / BUCKET_IDS)));
  return { code, quotientBits, entryBits: 32 - quotientBits + Math.max(0, code.bits - 32) };
}

/**
 * An exact set of ids of one length, as a quotient table: the first word of an id's code is scrambled by a bijection
 * that depends on the other words; its top bits choose the bucket and are not stored, everything else is. No step loses
 * information, so a stored entry equals a probed one exactly when the ids are equal: there are no false positives.
 */
export class PackedIds {
  readonly byteLength: number;

  /**
   * @param starts where each bucket begins, in entries, and where the last one ends.
   * @param entries bit-packed entries of every bucket.
   */
  constructor(
    private readonly layout: PackedLayout,
    private readonly starts: Uint32Array,
    private readonly entries: Uint32Array,
  ) {
    this.byteLength = starts.byteLength + entries.byteLength + layout.code.byteLength;
  }

  /** Whether the id in `bytes[0..)`, which has this set's length, is a member. Allocates nothing. */
  has(bytes: Uint8Array): boolean {
    const { code, quotientBits } = this.layout;
    if (!code.encode(bytes, 0, probe)) return false;
    probe[0] = scrambledFirst(probe, code.bits);
    const bucket = bucketOfFirst(probe[0], quotientBits);
    const end = this.starts[bucket + 1] ?? 0;
    return findEntry(this.layout, this.entries, this.starts[bucket] ?? 0, end, probe);
  }
}

/** Words of the code being looked up: one for the module, so that looking up allocates nothing. */
const probe = /* @__PURE__ */ new Uint32Array(64);

export function bucketOfFirst(first: number, quotientBits: number): number {
  return quotientBits === 0 ? 0 : first >>> (32 - quotientBits);
}

/** Whether one of the entries [from, to) holds the code whose first word is scrambled already. */
export function findEntry(
  { code, quotientBits, entryBits }: PackedLayout,
  entries: Uint32Array,
  from: number,
  to: number,
  words: Uint32Array,
): boolean {
  const firstBits = 32 - quotientBits;
  const first = ((words[0] ?? 0) << quotientBits) >>> quotientBits;
  for (let entry = from; entry < to; entry += 1) {
    const at = entry * entryBits;
    if (readBits(entries, at, firstBits) === first && hasRest(entries, at + firstBits, words, code.bits - 32))
      return true;
  }
  return false;
}

function hasRest(entries: Uint32Array, from: number, words: Uint32Array, bits: number): boolean {
  for (let done = 0; done < bits; done += 32) {
    const count = Math.min(32, bits - done);
    if (readBits(entries, from + done, count) !== (words[1 + done / 32] ?? 0) >>> (32 - count)) return false;
  }
  return true;
}

/** The first word after a bijection of it: a hash of the others is mixed in, then MurmurHash3's finalizer spreads it. */
export function scrambledFirst(words: Uint32Array, bits: number): number {
  let hash = 0;
  for (let index = 1; index * 32 < bits; index += 1) {
    hash = imul(hash ^ (words[index] ?? 0), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  let first = (words[0] ?? 0) ^ hash;
  first = imul(first ^ (first >>> 16), 0x85ebca6b);
  first = imul(first ^ (first >>> 13), 0xc2b2ae35);
  return (first ^ (first >>> 16)) >>> 0;
}
