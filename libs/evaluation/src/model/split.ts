/** Variants and their shares under a bucketing program. */
export interface Split {
  /** Native when absent. An imported flag carries its vendor's program. */
  readonly program?: BucketingProgram;
  /** Part of the native hash input `salt/unit`. Contains no `/`. */
  readonly salt: string;
  /** Attribute path that holds the unit. Default `targetingKey`. */
  readonly unit?: string;
  /** Walked in order; under the native program weights are buckets of 1,000,000 and may sum to less. */
  readonly allocations: readonly Allocation[];
}

export interface Allocation {
  readonly variant: string;
  /** Share in buckets of the program's total (1,000,000 for the native program). */
  readonly weight: number;
}

export type HashKernel = 'murmur3_x86_32' | 'murmur3_x64_128' | 'fnv1a_32' | 'sha1' | 'sha256' | 'md5' | 'crc32';

/**
 * How a unit becomes a bucket, as data. The native program is murmur3_x86_32, seed 0, UTF-8 of
 * `{salt}/{unit}`, `floor(h * 1_000_000 / 2^32)`, `bucket < cumulative weight`.
 */
export interface BucketingProgram {
  readonly hash: HashKernel;
  /** Hash input with placeholders `{salt}`, `{unit}` and `{flag}`. */
  readonly keyTemplate: string;
  readonly seed?: number;
  /** How text becomes bytes. `utf16-units` hashes each UTF-16 code unit as the original SDKs did. */
  readonly encoding?: 'utf8' | 'utf16-low-byte' | 'utf16-units';
  /** How the digest becomes a number. */
  readonly reduce: Reduce;
  /** Whether a range includes its upper edge. */
  readonly edge?: 'exclusive' | 'inclusive';
  /** Order in which allocations are walked. */
  readonly order?: 'given' | 'variant-ascending' | 'variant-descending';
  /** What a missing unit does. */
  readonly missingUnit?: 'skip' | 'error' | 'bucket-zero' | 'empty-string';
}

/** Digest to number; the evaluation helper documents each kind with its vendors. */
export type Reduce =
  /** `floor(h * total / 2^bits)`. */
  | { readonly kind: 'scale'; readonly total: number }
  /** `h mod total + offset`. */
  | { readonly kind: 'modulo'; readonly total: number; readonly offset?: number }
  /** `h / (2^bits - 1)` compared with weight / total. */
  | { readonly kind: 'fraction'; readonly total: number; readonly hexDigits?: number };
