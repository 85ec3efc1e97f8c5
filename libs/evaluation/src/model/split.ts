/** Variants and their shares under a bucketing program. */
export interface Split {
  /** Native when absent. An imported flag carries its vendor's program. */
  readonly program?: BucketingProgram;
  /** Part of the native hash input `salt/unit`. Contains no `/` under the native program. */
  readonly salt: string;
  /** Attribute path that holds the unit. Default `targetingKey`. */
  readonly unit?: string;
  /** Stages before the split, each with its own hash of the same unit; one that is not passed means no variant. */
  readonly gates?: readonly Gate[];
  /** Walked in the program's order; under the native program weights are buckets of 1,000,000 and may sum to less. */
  readonly allocations: readonly Allocation[];
}

/** Passed when the unit's number falls in one of the ranges: a traffic share, a namespace, an exclusion group. */
export interface Gate {
  /** Native when absent. */
  readonly program?: BucketingProgram;
  readonly salt: string;
  /** In the units of the program's reduction. */
  readonly ranges: readonly ShareRange[];
}

export interface Allocation {
  readonly variant: string;
  /** Share in the program's total (1,000,000 for the native program). Ignored when `ranges` is present. */
  readonly weight: number;
  /** What the variant owns, in the units of the program's reduction, instead of the next `weight` of them. */
  readonly ranges?: readonly ShareRange[];
}

/** [start, end), or [start, end] when the program's edge is inclusive. Whole buckets or fractions, as the reduction says. */
export interface ShareRange {
  readonly start: number;
  readonly end: number;
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
  /** For the murmur kernels; signed or unsigned 32-bit. Default 0. */
  readonly seed?: number;
  /** How text becomes what is hashed. Default `utf8`. */
  readonly encoding?: TextEncoding;
  /** 2: hash the decimal text of the first hash once more (GrowthBook's version 2); 32-bit kernels only. Default 1. */
  readonly rounds?: 1 | 2;
  /** How the digest becomes a number. */
  readonly reduce: Reduce;
  /**
   * When the number is the reduction's largest, hash the key repeated once more, joined by this text, until it is not
   * (Flagsmith); `modulo` only. Absent: the largest number is one like the others.
   */
  readonly repeatOnLargest?: string;
  /** Whether a range includes its upper edge. Default `exclusive`. */
  readonly edge?: 'exclusive' | 'inclusive';
  /** Order in which allocations are walked. Default `given`. */
  readonly order?: 'given' | 'variant-ascending' | 'variant-descending';
  /** What owns a number beyond the last range. Default `none`. */
  readonly remainder?: 'none' | 'last';
  /** What a missing unit does. Default `error`. */
  readonly missingUnit?: MissingUnit;
  /** Whether empty text is a missing unit or is hashed. Default `missing`. */
  readonly emptyUnit?: 'missing' | 'hash';
  /** Which values other than text are units. Default `integers`. */
  readonly coerce?: UnitCoercion;
}

/**
 * - `utf8`: lone surrogates as U+FFFD.
 * - `cbor-text`: the same behind the head of a CBOR text string (RFC 8949), as version 3 of flagd's `fractional`.
 * - `utf16-low-byte`: the low byte of each UTF-16 code unit.
 * - `utf16-units`: whole code units, the way FNV-1a and imurmurhash of the JavaScript SDKs take them; those kernels only.
 * - `ascii-or-backslash`: each code unit above 127 becomes `\`.
 */
export type TextEncoding = 'utf8' | 'cbor-text' | 'utf16-low-byte' | 'utf16-units' | 'ascii-or-backslash';

/**
 * - `skip`: no variant; the next rule is looked at.
 * - `error`: TARGETING_KEY_MISSING.
 * - `bucket-zero`: the number 0, unhashed; gates are passed or not with 0 as well.
 * - `empty-string`, `null-text`: hashed as `""` or `"null"`.
 */
export type MissingUnit = 'skip' | 'error' | 'bucket-zero' | 'empty-string' | 'null-text';

/**
 * - `none`: only text is a unit.
 * - `integers`: whole numbers up to 2^53 as their digits; other numbers count as missing.
 * - `scalars`: every finite number and boolean as ECMAScript prints it.
 */
export type UnitCoercion = 'none' | 'integers' | 'scalars';

/** Digest to number. `h` is the leading `bits` of the digest as an unsigned big-endian number; default all, at most 128. */
export type Reduce =
  /** `floor(h * total / 2^32)`, 32-bit kernels only. Native, flagd, Optimizely. */
  | { readonly kind: 'scale'; readonly total: number }
  /** `(h mod total + offset) / divisor * multiplier`; divisor and multiplier default to 1 and offset to 0. */
  | {
      readonly kind: 'modulo';
      readonly total: number;
      readonly bits?: number;
      readonly offset?: number;
      readonly divisor?: number;
      readonly multiplier?: number;
    }
  /** `h / (2^bits - 1)`, in [0, 1]; weights count in `weight / total`, added up in floating point. LaunchDarkly, PostHog. */
  | { readonly kind: 'fraction'; readonly total: number; readonly bits?: number }
  /** `|h as signed 32-bit| / (2^31 - 1) * total`, 32-bit kernels only. flagd before March 2026. */
  | { readonly kind: 'signed-fraction'; readonly total: number };
