import { murmur3OfThree } from './kernels/murmur3-x86-32.js';

// Bound once, as in murmur3-x86-32.ts.
const { floor } = Math;

/** Buckets of the native program, of every layer and of every rollout. Changing it would move every unit. */
export const BUCKET_COUNT = 1_000_000;

/** Text between salt and unit in the native hash input; a salt never contains it. */
export const SALT_SEPARATOR = '/';

/**
 * Bucket of a unit, in [0, {@link BUCKET_COUNT}): MurmurHash3 x86_32 with seed 0 of the UTF-8 of `salt/unit`,
 * `floor(h * 1_000_000 / 2^32)`. Equal to flagd's `fractional` over `cat(salt, "/", unit)` with weights that sum to
 * 1,000,000. Same inputs, same bucket, on every platform. Total and allocation-free.
 */
export function bucketOf(salt: string, unit: string): number {
  return nativeBucketOfHash(murmur3OfThree(salt, SALT_SEPARATOR, unit));
}

/** Exact: the product stays below 2^52, and dividing by a power of two rounds nothing. */
export function nativeBucketOfHash(hash: number): number {
  return floor((hash * BUCKET_COUNT) / 0x1_0000_0000);
}
