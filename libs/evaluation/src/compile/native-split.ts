import { NO_ALLOCATION, SALT_SEPARATOR, UNIT_MISSING } from '../bucketing/index.js';
import { absorb, murmur3After } from '../bucketing/kernels/murmur3-x86-32.js';
import { nativeBucketOfHash } from '../bucketing/native-bucket.js';
import type { BucketRange, Split } from '../model/index.js';

/** Index of the allocation that a unit gets, NO_ALLOCATION or UNIT_MISSING. */
export type PickAllocation = (unit: string | undefined) => number;

interface OwnedRange extends BucketRange {
  readonly owner: number;
}

/** Compiles a split of the native program in as little memory as it needs. Equal to `compileSplit` of the bucketing. */
export function nativeSplit({ salt, allocations }: Split): PickAllocation {
  const ranges: OwnedRange[] = [];
  let start = 0;
  allocations.forEach((allocation, owner) => {
    if (allocation.ranges !== undefined) {
      for (const range of allocation.ranges) ranges.push({ start: range.start, end: range.end, owner });
    } else if (allocation.weight > 0) {
      ranges.push({ start, end: start + allocation.weight, owner });
      start += allocation.weight;
    }
  });
  return pickFrom(salt, ranges);
}

/** Picks 0 for the units whose bucket of the salt is in one of the ranges. */
export function nativeRanges(salt: string, ranges: readonly BucketRange[]): PickAllocation {
  return pickFrom(
    salt,
    ranges.map(({ start, end }) => ({ start, end, owner: 0 })),
  );
}

function pickFrom(salt: string, ranges: readonly OwnedRange[]): PickAllocation {
  const state = absorb(salt + SALT_SEPARATOR, 0);
  const pieces = piecesOf(ranges);
  return (unit) => {
    if (unit === undefined || unit === '') return UNIT_MISSING;
    const bucket = nativeBucketOfHash(murmur3After(state, unit));
    let low = 0;
    let high = pieces.length >> 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (bucket < (pieces[2 * middle] ?? 0)) high = middle;
      else low = middle + 1;
    }
    return pieces[2 * low + 1] ?? NO_ALLOCATION;
  };
}

/** The ranges and the gaps between them, from bucket 0 on, as end, owner, end, owner... in one flat array. */
function piecesOf(ranges: readonly OwnedRange[]): readonly number[] {
  const pieces: number[] = [];
  let covered = 0;
  for (const { start, end, owner } of [...ranges].sort((a, b) => a.start - b.start)) {
    if (start >= end) continue;
    if (start > covered) pieces.push(start, NO_ALLOCATION);
    pieces.push(end, owner);
    covered = end;
  }
  return pieces;
}
