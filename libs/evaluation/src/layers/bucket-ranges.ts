import { BUCKET_COUNT } from '../bucketing/index.js';
import type { BucketRange } from '../model/index.js';

/** Ascending, disjoint, not touching, none empty: the only form in which layers keep and return ranges. */
export type BucketRanges = readonly BucketRange[];

export const EVERY_BUCKET: BucketRanges = [{ start: 0, end: BUCKET_COUNT }];

/** How many buckets the ranges hold. */
export function sizeOf(ranges: BucketRanges): number {
  return ranges.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** Sorts and joins ranges that touch or overlap. */
export function joined(ranges: readonly BucketRange[]): BucketRanges {
  const sorted = ranges.filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start);
  const result: BucketRange[] = [];
  for (const range of sorted) {
    const last = result.at(-1);
    if (last === undefined || last.end < range.start) result.push(range);
    else result[result.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
  }
  return result;
}

/** The buckets of `ranges` that are not in `removed`. */
export function without(ranges: BucketRanges, removed: BucketRanges): BucketRanges {
  return ranges.flatMap((range) => {
    const left: BucketRange[] = [];
    let { start } = range;
    for (const hole of removed) {
      if (hole.end <= start || hole.start >= range.end) continue;
      if (hole.start > start) left.push({ start, end: hole.start });
      start = hole.end;
    }
    return start < range.end ? [...left, { start, end: range.end }] : left;
  });
}

/** The buckets that both hold. */
export function common(a: BucketRanges, b: BucketRanges): BucketRanges {
  return without(a, without(EVERY_BUCKET, b));
}

/** Cuts ranges where they cross a multiple of `size`. */
export function cutAtMultiples(ranges: BucketRanges, size: number): readonly BucketRange[] {
  return ranges.flatMap(({ start, end }) => {
    const pieces: BucketRange[] = [];
    for (let from = start; from < end;) {
      const to = Math.min(end, (Math.floor(from / size) + 1) * size);
      pieces.push({ start: from, end: to });
      from = to;
    }
    return pieces;
  });
}
