import { BUCKET_COUNT } from '../bucketing/index.js';
import type { BucketRange } from '../model/index.js';
import { sizeOf } from './bucket-ranges.js';
import { freeRanges, type LayerAllocations } from './layer-allocations.js';

/** A layer as a picture: pieces from bucket 0 to bucket 1,000,000 without gaps. */
export interface BucketMap {
  readonly layer: string;
  readonly pieces: readonly BucketMapPiece[];
  readonly totals: readonly BucketMapTotal[];
  readonly free: number;
}

export interface BucketMapPiece extends BucketRange {
  /** Undefined: free. */
  readonly holder: string | undefined;
}

export interface BucketMapTotal {
  readonly holder: string;
  readonly buckets: number;
  readonly rangeCount: number;
}

/** What is needed to draw a layer. */
export function bucketMapOf(allocations: LayerAllocations): BucketMap {
  const free = freeRanges(allocations);
  const held = allocations.holders.flatMap(({ holder, ranges }) => ranges.map((range) => ({ ...range, holder })));
  const empty = free.map((range) => ({ ...range, holder: undefined }));
  return {
    layer: allocations.layer,
    pieces: [...held, ...empty].sort((a, b) => a.start - b.start),
    totals: allocations.holders.map(({ holder, ranges }) => ({
      holder,
      buckets: sizeOf(ranges),
      rangeCount: ranges.length,
    })),
    free: sizeOf(free),
  };
}

/** Signs of the holders in text, in the order of the totals; holders past the last sign share it. */
const SIGNS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+';
const FREE_SIGN = '.';

/**
 * The layer as text: one row of `columns` signs, each the holder of most buckets of its part of the layer, and one line
 * for each holder.
 */
export function bucketMapText(map: BucketMap, columns = 100): string {
  const signOf = new Map(map.totals.map(({ holder }, index) => [holder, SIGNS[index] ?? SIGNS.slice(-1)]));
  const row = Array.from({ length: columns }, (_, column) => {
    const start = (column * BUCKET_COUNT) / columns;
    const holder = mainHolder(map.pieces, start, start + BUCKET_COUNT / columns);
    return holder === undefined ? FREE_SIGN : signOf.get(holder);
  });
  const lines = map.totals.map(
    ({ holder, buckets, rangeCount }) =>
      `${signOf.get(holder) ?? ''}  ${holder}  ${share(buckets)}, ranges: ${rangeCount}`,
  );
  return [`layer ${map.layer}`, `|${row.join('')}|`, ...lines, `${FREE_SIGN}  free  ${share(map.free)}`].join('\n');
}

function mainHolder(pieces: readonly BucketMapPiece[], start: number, end: number): string | undefined {
  const covered = new Map<string | undefined, number>();
  for (const piece of pieces) {
    const width = Math.min(piece.end, end) - Math.max(piece.start, start);
    if (width > 0) covered.set(piece.holder, (covered.get(piece.holder) ?? 0) + width);
  }
  return [...covered].sort(([, a], [, b]) => b - a)[0]?.[0];
}

function share(buckets: number): string {
  return `${buckets} buckets (${(buckets * 100) / BUCKET_COUNT} %)`;
}
