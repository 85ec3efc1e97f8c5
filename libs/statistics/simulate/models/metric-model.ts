import { EMPTY_MOMENTS } from '@sortition/statistics';
import type { JointMoments, Moments } from '@sortition/statistics';

import type { Random } from '../random.js';

/** Where the data of one arm comes from. */
export interface MetricModel {
  readonly name: string;
  /** Mean of the metric in control, on the scale of the effect. */
  readonly controlValue: number;
  /** Variance of the metric's estimate in one arm times the units in it, in control. */
  readonly variance: number;
  /** Sufficient statistics of `units` units whose metric is shifted by `effect`. */
  draw(random: Random, units: number, effect: number): JointMoments;
}

/** Moments of a single column. */
export function singleColumn(n: number, sum: number, sumOfSquares: number): JointMoments {
  return { n, columns: ['outcome'], sums: [sum], crossProducts: [[sumOfSquares]] };
}

/** The moments of the first column. */
export function firstColumn({ n, sums, crossProducts }: JointMoments): Moments {
  return n === 0 ? EMPTY_MOMENTS : { n, sum: sums[0] ?? 0, sumOfSquares: crossProducts[0]?.[0] ?? 0 };
}
