import { readBits, writeBits } from './packed-bits.js';
import { bucketOfFirst, findEntry, packedLayout, PackedIds, scrambledFirst, type PackedLayout } from './packed-ids.js';
import { PositionCode } from './position-code.js';
import type { RawIds } from './raw-ids.js';

export interface Packed {
  readonly ids: PackedIds;
  /** Members without repetitions. */
  readonly distinct: number;
}

/** Packs ids in steps of bounded work; yields how many ids a step has gone through, each id twice. */
export function* packIds(raw: RawIds, idsPerStep: number): Generator<number, Packed> {
  const layout = packedLayout(new PositionCode(raw.seen), raw.count);
  const starts = new Uint32Array(2 ** layout.quotientBits + 1);
  for (let from = 0; from < raw.count; from += idsPerStep) {
    countBuckets(raw, from, from + idsPerStep, layout, starts);
    yield Math.min(idsPerStep, raw.count - from);
  }
  for (let bucket = 1; bucket < starts.length; bucket += 1) {
    starts[bucket] = (starts[bucket] ?? 0) + (starts[bucket - 1] ?? 0);
  }
  const entries = new Uint32Array(Math.ceil((raw.count * layout.entryBits) / 32) + 1);
  const ends = starts.slice(0, -1);
  yield 0;
  for (let from = 0; from < raw.count; from += idsPerStep) {
    placeEntries(raw, from, from + idsPerStep, layout, starts, ends, entries);
    yield Math.min(idsPerStep, raw.count - from);
  }
  let distinct = 0;
  for (let from = 0; from < ends.length; from += idsPerStep) {
    distinct += fillRepeated(layout, starts, ends.subarray(from, from + idsPerStep), from, entries);
    yield 0;
  }
  return { ids: new PackedIds(layout, starts, entries), distinct };
}

const words = /* @__PURE__ */ new Uint32Array(64);

/** Encodes an id and scrambles its first word; returns its bucket. */
function encodeAt({ code, quotientBits }: PackedLayout, chunk: Uint8Array, at: number): number {
  code.encode(chunk, at, words);
  words[0] = scrambledFirst(words, code.bits);
  return bucketOfFirst(words[0], quotientBits);
}

function countBuckets(raw: RawIds, from: number, to: number, layout: PackedLayout, starts: Uint32Array): void {
  raw.forEach(from, to, (chunk, at) => {
    const bucket = encodeAt(layout, chunk, at);
    starts[bucket + 1] = (starts[bucket + 1] ?? 0) + 1;
  });
}

function placeEntries(
  raw: RawIds,
  from: number,
  to: number,
  layout: PackedLayout,
  starts: Uint32Array,
  ends: Uint32Array,
  entries: Uint32Array,
): void {
  raw.forEach(from, to, (chunk, at) => {
    const bucket = encodeAt(layout, chunk, at);
    const end = ends[bucket] ?? 0;
    if (findEntry(layout, entries, starts[bucket] ?? 0, end, words)) return;
    writeEntry(layout, entries, end);
    ends[bucket] = end + 1;
  });
}

function writeEntry({ code, quotientBits, entryBits }: PackedLayout, entries: Uint32Array, entry: number): void {
  const firstBits = 32 - quotientBits;
  let at = entry * entryBits;
  writeBits(entries, at, firstBits, words[0] ?? 0);
  at += firstBits;
  for (let done = 0; done < code.bits - 32; done += 32) {
    const count = Math.min(32, code.bits - 32 - done);
    writeBits(entries, at + done, count, (words[1 + done / 32] ?? 0) >>> (32 - count));
  }
}

/**
 * Ids that came twice leave room at the end of their bucket; it repeats the first entry, so that it matches no other.
 * Returns how many different ids the buckets from `first` on hold.
 */
function fillRepeated(
  layout: PackedLayout,
  starts: Uint32Array,
  ends: Uint32Array,
  first: number,
  entries: Uint32Array,
): number {
  let distinct = 0;
  for (let index = 0; index < ends.length; index += 1) {
    const start = starts[first + index] ?? 0;
    const end = ends[index] ?? 0;
    distinct += end - start;
    for (let entry = end; entry < (starts[first + index + 1] ?? 0); entry += 1) {
      copyEntry(layout.entryBits, entries, start, entry);
    }
  }
  return distinct;
}

function copyEntry(entryBits: number, entries: Uint32Array, from: number, to: number): void {
  for (let bit = 0; bit < entryBits; bit += 32) {
    const count = Math.min(32, entryBits - bit);
    writeBits(entries, to * entryBits + bit, count, readBits(entries, from * entryBits + bit, count));
  }
}
