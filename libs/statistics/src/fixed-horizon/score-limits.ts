import { findRoot } from '../numerics/find-root.js';

/** A statistic that falls as the null value grows. */
export type FallingStatistic = (nullValue: number) => number;

/** Where to look for a limit. */
export interface LimitSearch {
  /** A null value near the limit, within the range. */
  readonly start: number;
  /** First step away from the start, above 0. */
  readonly step: number;
  readonly lowest: number;
  readonly highest: number;
}

/**
 * The null value at which a falling statistic reaches `target`: the end of the range where it does so nowhere, because
 * even that is not rejected.
 */
export function limitAt(statistic: FallingStatistic, target: number, search: LimitSearch): number {
  const { start, lowest, highest } = search;
  const isBelow = statistic(start) > target;
  let near = start;
  for (let { step } = search; ; step *= 2) {
    const far = isBelow ? Math.min(highest, near + step) : Math.max(lowest, near - step);
    const hasCrossed = statistic(far) > target !== isBelow;
    if (hasCrossed) {
      const [low, high] = isBelow ? [near, far] : [far, near];
      return findRoot((value) => statistic(value) - target, low, high, 1e-12 * Math.max(step, Math.abs(near)));
    }
    if (far === highest || far === lowest) return far;
    near = far;
  }
}
