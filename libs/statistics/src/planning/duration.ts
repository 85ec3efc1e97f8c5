import { requireFinite, requireNonNegative, requirePositive, StatisticsError } from '../result/index.js';

/** How units arrive. */
export interface Traffic {
  /**
   * New units that enter the experiment on each day from the first on; after the last entry the last is repeated.
   * A site's visitors come back, so new units fall from day to day: a single number is optimistic.
   */
  readonly newUnitsByDay: readonly number[];
  /** Days from entry until a unit's metric is complete; default 0. */
  readonly observationDays?: number;
}

/**
 * Whole days until `sampleSize` units are in and their metrics complete.
 *
 * @throws StatisticsError for negative traffic, or when the units never come.
 */
export function daysToReach(sampleSize: number, { newUnitsByDay, observationDays = 0 }: Traffic): number {
  requirePositive('sampleSize', sampleSize);
  requireNonNegative('observationDays', observationDays);
  newUnitsByDay.forEach((units, day) => requireNonNegative(`newUnitsByDay[${day}]`, units));
  let missing = sampleSize;
  for (const [index, units] of newUnitsByDay.entries()) {
    missing -= units;
    if (missing <= 0) return index + 1 + Math.ceil(observationDays);
  }
  const daily = newUnitsByDay.at(-1) ?? 0;
  if (daily === 0) throw new StatisticsError('newUnitsByDay', newUnitsByDay, `ever bring ${sampleSize} units`);
  return requireFinite('days', newUnitsByDay.length + Math.ceil(missing / daily) + Math.ceil(observationDays));
}
