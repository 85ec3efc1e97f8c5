import type { ShareRange } from '../model/index.js';

/** Index that stands for "no allocation owns the unit's number"; the next rule is looked at. */
export const NO_ALLOCATION = -1;
/** Index that stands for "there is no unit, and the program calls that an error". */
export const UNIT_MISSING = -2;

/** One owner of a range. */
export interface OwnedRange extends ShareRange {
  /** Index into the split's allocations. */
  readonly owner: number;
}

/** Who owns a number: the first range, in walking order, that holds it. */
export interface RangeTable {
  /** Owner of the number, or {@link NO_ALLOCATION}. */
  ownerOf(value: number): number;
  /** The range that decided, for explanations. */
  rangeOf(value: number): OwnedRange | undefined;
}

/** Compiles ranges into flat arrays; looked up by binary search when that gives the same answer as walking. */
export function rangeTable(ranges: readonly OwnedRange[], isInclusive: boolean): RangeTable {
  const kept = ranges.filter(({ start, end }) => (isInclusive ? start <= end : start < end));
  const starts = Float64Array.from(kept, ({ start }) => start);
  const ends = Float64Array.from(kept, ({ end }) => end);
  const owners = Int32Array.from(kept, ({ owner }) => owner);
  const isSorted = kept.every((range, index) => index === 0 || (kept[index - 1]?.end ?? 0) <= range.start);
  const find = isInclusive
    ? (value: number) => walkInclusive(starts, ends, value)
    : isSorted && kept.length > SEARCH_FROM
      ? (value: number) => search(starts, ends, value)
      : (value: number) => walkExclusive(starts, ends, value);
  return {
    ownerOf: (value) => owners[find(value)] ?? NO_ALLOCATION,
    rangeOf: (value) => kept[find(value)],
  };
}

/** Below this many ranges walking is faster. */
const SEARCH_FROM = 8;

function walkExclusive(starts: Float64Array, ends: Float64Array, value: number): number {
  for (let index = 0; index < ends.length; index += 1) {
    if (value < (ends[index] ?? 0) && value >= (starts[index] ?? 0)) return index;
  }
  return -1;
}

function walkInclusive(starts: Float64Array, ends: Float64Array, value: number): number {
  for (let index = 0; index < ends.length; index += 1) {
    if (value <= (ends[index] ?? 0) && value >= (starts[index] ?? 0)) return index;
  }
  return -1;
}

function search(starts: Float64Array, ends: Float64Array, value: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value < (ends[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low < ends.length && value >= (starts[low] ?? 0) ? low : -1;
}
