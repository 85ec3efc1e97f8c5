import type { Random } from './random.js';

/** One row group of the table: a method on a kind of data, and what is counted. */
export interface Study {
  readonly method: string;
  readonly metric: string;
  /** Variance reduction, or the treatment of the data. */
  readonly adjustment: string;
  /** Sizes, looks and the like. */
  readonly setting: string;
  readonly measures: readonly Measure[];
  /** How often to draw; the short run is part of the tests. */
  readonly replications: { readonly full: number; readonly short: number };
  /** One experiment: an outcome for each measure, or null where it is not estimable. */
  replicate(random: Random): readonly (boolean | null)[];
}

/** A proportion of experiments that theory has something to say about. */
export interface Measure {
  readonly name: string;
  /** Where a study compares methods on the same experiments: which of them. */
  readonly method?: string;
  readonly nominal: number;
  readonly criterion: Criterion;
}

/**
 * - `equal`: nominal lies within the confidence limits.
 * - `at-most`, `at-least`: the limits do not lie wholly on the wrong side of nominal.
 * - `one-point`: the share differs from nominal by at most 0.01.
 * - `near`: the same, or nominal lies within the confidence limits, so that few experiments alone refute nothing.
 * - `limit`: outside the domain in which the method is claimed to hold; shown, not judged.
 * - `contrast`: a method that is known to be wrong, shown for comparison.
 */
export type Criterion = 'equal' | 'at-most' | 'at-least' | 'one-point' | 'near' | 'limit' | 'contrast';

/** 20,000 experiments in full, 1,200 in the short run. */
export const STANDARD_REPLICATIONS = { full: 20_000, short: 1200 } as const;

export const falsePositives = (nominal: number, criterion: Criterion = 'equal'): Measure => ({
  name: 'false positives',
  nominal,
  criterion,
});

export const coverage = (nominal: number, criterion: Criterion = 'equal'): Measure => ({
  name: 'coverage under an effect',
  nominal,
  criterion,
});
