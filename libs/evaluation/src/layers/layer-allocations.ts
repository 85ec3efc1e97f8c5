import { DomainError, type FieldViolation } from '@sortition/kernel';

import { BUCKET_COUNT } from '../bucketing/index.js';
import { common, EVERY_BUCKET, joined, sizeOf, without, type BucketRanges } from './bucket-ranges.js';
import { chooseBuckets } from './choose-buckets.js';

/** Who holds which buckets of one layer. Immutable; a change is a new value. */
export interface LayerAllocations {
  readonly layer: string;
  readonly holders: readonly LayerHolder[];
}

/** An experiment or a holdout and its buckets. No two holders of a layer share a bucket. */
export interface LayerHolder {
  readonly holder: string;
  readonly ranges: BucketRanges;
}

/** What to hold and the seed that the choice is made from; keep the seed with the change, so that it can be repeated. */
export interface BucketRequest {
  readonly holder: string;
  /** Whole number from 1 to 1,000,000. */
  readonly buckets: number;
  readonly seed: string;
}

/** Reads stored allocations. Throws INVALID_CONFIGURATION that lists every bucket range that is malformed or held twice. */
export function layerAllocations(layer: string, holders: readonly LayerHolder[]): LayerAllocations {
  const violations = holders.flatMap((holder, index) => holderProblems(holders, holder, index));
  if (violations.length === 0) return { layer, holders };
  const message = `Layer "${layer}" has allocations that cannot stand together.`;
  throw new DomainError('invalid', 'INVALID_CONFIGURATION', message, { violations });
}

/** Buckets that nobody holds. */
export function freeRanges({ holders }: LayerAllocations): BucketRanges {
  return without(EVERY_BUCKET, joined(holders.flatMap(({ ranges }) => ranges)));
}

/**
 * Gives a new holder free buckets, picked at random from the seed.
 *
 * Errors: INVALID_ARGUMENT, ALREADY_EXISTS when the holder has buckets, LAYER_FULL with how many are free.
 */
export function allocate(allocations: LayerAllocations, request: BucketRequest): LayerAllocations {
  requireBucketCount(request.buckets);
  if (allocations.holders.some(({ holder }) => holder === request.holder)) {
    const message = `"${request.holder}" already holds buckets of layer "${allocations.layer}"; resize it instead.`;
    throw new DomainError('already-exists', 'ALREADY_EXISTS', message);
  }
  const ranges = chooseFree(allocations, request, request.buckets);
  return { ...allocations, holders: [...allocations.holders, { holder: request.holder, ranges }] };
}

/**
 * Changes how many buckets a holder has. Growing keeps every bucket that it has; shrinking keeps a random part of them.
 * So no unit that stays in moves.
 *
 * Errors: INVALID_ARGUMENT, RESOURCE_NOT_FOUND, LAYER_FULL with how many are free.
 */
export function resize(allocations: LayerAllocations, request: BucketRequest): LayerAllocations {
  requireBucketCount(request.buckets);
  const current = rangesOf(allocations, request.holder);
  const change = request.buckets - sizeOf(current);
  const ranges =
    change > 0
      ? joined([...current, ...chooseFree(allocations, request, change)])
      : without(current, chooseBuckets(current, -change, request.seed));
  return {
    ...allocations,
    holders: allocations.holders.map((entry) => (entry.holder === request.holder ? { ...entry, ranges } : entry)),
  };
}

/** Gives a holder's buckets back. Error: RESOURCE_NOT_FOUND. */
export function release(allocations: LayerAllocations, holder: string): LayerAllocations {
  rangesOf(allocations, holder);
  return { ...allocations, holders: allocations.holders.filter((entry) => entry.holder !== holder) };
}

/** What a holder holds. Error: RESOURCE_NOT_FOUND. */
export function rangesOf({ layer, holders }: LayerAllocations, holder: string): BucketRanges {
  const found = holders.find((entry) => entry.holder === holder);
  if (found !== undefined) return found.ranges;
  throw new DomainError('not-found', 'RESOURCE_NOT_FOUND', `"${holder}" holds no buckets of layer "${layer}".`);
}

function chooseFree(allocations: LayerAllocations, request: BucketRequest, count: number): BucketRanges {
  const free = freeRanges(allocations);
  const size = sizeOf(free);
  if (count <= size) return chooseBuckets(free, count, request.seed);
  const description = `${request.buckets} needs ${count} more buckets, and ${size} of ${BUCKET_COUNT} (${percent(size)}) are free`;
  const message = `Layer "${allocations.layer}" has no room for "${request.holder}": ${description}.`;
  throw new DomainError('failed-precondition', 'LAYER_FULL', message, {
    violations: [{ field: 'buckets', description }],
  });
}

function requireBucketCount(buckets: number): void {
  if (Number.isInteger(buckets) && buckets >= 1 && buckets <= BUCKET_COUNT) return;
  const description = `${buckets} is not a whole number from 1 to ${BUCKET_COUNT}`;
  throw new DomainError('invalid', 'INVALID_ARGUMENT', `buckets: ${description}.`, {
    violations: [{ field: 'buckets', description }],
  });
}

function holderProblems(
  holders: readonly LayerHolder[],
  { holder, ranges }: LayerHolder,
  index: number,
): readonly FieldViolation[] {
  const problems = ranges.flatMap((range, at) => {
    const { start, end } = range;
    const follows = at === 0 || (ranges[at - 1]?.end ?? 0) <= start;
    if (Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start < end && end <= BUCKET_COUNT && follows)
      return [];
    const description = `[${start}, ${end}) is not an ascending range of buckets in [0, ${BUCKET_COUNT})`;
    return [{ field: `holders[${index}].ranges[${at}]`, description }];
  });
  if (problems.length > 0) return problems;
  return holders.slice(0, index).flatMap((other) => {
    const shared = sizeOf(common(ranges, other.ranges));
    if (shared === 0 && other.holder !== holder) return [];
    const description = `"${holder}" shares ${shared} buckets with "${other.holder}"`;
    return [{ field: `holders[${index}]`, description }];
  });
}

function percent(buckets: number): string {
  return `${(buckets * 100) / BUCKET_COUNT} %`;
}
