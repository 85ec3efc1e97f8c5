import { jointMomentsOf } from '../moments/index.js';
import { notEstimable, requireOpenUnit, StatisticsError } from '../result/index.js';
import type { Outcome } from '../result/index.js';
import type { ArmEstimate } from './arm-estimate.js';
import { eventQuantile, quantileLevels } from './quantile.js';

/**
 * The smallest value v of an ascending sample with at least the given share of values at or below v (the inverse of the
 * empirical distribution function; Hyndman & Fan type 1).
 *
 * @throws StatisticsError when the sample is empty or probability is not in (0, 1).
 */
export function sampleQuantile(ascending: ArrayLike<number>, probability: number): number {
  requireOpenUnit('probability', probability);
  const rank = Math.max(1, Math.ceil(ascending.length * probability - 1e-9));
  const value = ascending[rank - 1];
  if (value === undefined) throw new StatisticsError('ascending.length', ascending.length, 'be at least 1');
  return value;
}

/**
 * Quantile over events from the raw events of each unit, by the same method as {@link eventQuantile}; one event per unit
 * gives {@link unitQuantile}. For data that fits in memory; a warehouse computes the reading itself.
 *
 * @param eventsByUnit the values of each unit's events.
 */
export function clusteredQuantile(
  eventsByUnit: readonly (readonly number[])[],
  probability: number,
  alpha = 0.05,
): Outcome<ArmEstimate> {
  const events = Float64Array.from(eventsByUnit.flat()).sort();
  if (events.length === 0) return notEstimable('TOO_FEW_UNITS', 'there are no events');
  const levels = quantileLevels(probability, events.length, alpha);
  if (!levels.estimable) return levels;
  const quantile = sampleQuantile(events, probability);
  const rows = eventsByUnit.map((values) => [values.filter((value) => value <= quantile).length, values.length]);
  return eventQuantile(
    {
      probability,
      quantile,
      lowerQuantile: sampleQuantile(events, levels.lower),
      upperQuantile: sampleQuantile(events, levels.upper),
      levelSize: events.length,
      levelAlpha: alpha,
    },
    jointMomentsOf(['below', 'events'], rows),
  );
}
