import { eventQuantile, quantileLevels, ratioMoments, sampleQuantile, unitQuantile } from '@sortition/statistics';
import type { ArmEstimate, Outcome } from '@sortition/statistics';

import type { Random } from '../random.js';

/** Raw events of one arm; the events of a unit stand together and `ends` tells where each unit's stop. */
export interface Events {
  readonly values: number[];
  readonly ends: number[];
}

const { exp } = Math;
const LEVEL_ALPHA = 0.05;

/**
 * Adds units with skewed events around a level of their own; an effect shifts every event and so every quantile.
 *
 * @param clustering whether a unit has several events that share its level, or one.
 */
export function addUnits(
  { values, ends }: Events,
  random: Random,
  units: number,
  { clustering, effect }: { readonly clustering: 'unit' | 'events'; readonly effect: number },
): void {
  for (let unit = 0; unit < units; unit += 1) {
    const level = clustering === 'events' ? 0.5 * random.normal() : 0;
    const count = clustering === 'events' ? 1 + random.binomial(6, 0.4) : 1;
    for (let event = 0; event < count; event += 1) values.push(effect + exp(level + 0.7 * random.normal()));
    ends.push(values.length);
  }
}

/** Estimates a quantile as a warehouse would: from sample quantiles and counts. */
export function quantileArm(
  { values, ends }: Events,
  probability: number,
  clustering: 'unit' | 'events',
): Outcome<ArmEstimate> {
  const ascending = Float64Array.from(values).sort();
  const levels = quantileLevels(probability, values.length, LEVEL_ALPHA);
  if (!levels.estimable) return levels;
  const quantile = sampleQuantile(ascending, probability);
  const reading = {
    probability,
    quantile,
    lowerQuantile: sampleQuantile(ascending, levels.lower),
    upperQuantile: sampleQuantile(ascending, levels.upper),
    levelSize: values.length,
    levelAlpha: LEVEL_ALPHA,
  };
  if (clustering === 'unit') return unitQuantile(reading, ends.length);
  return eventQuantile(reading, countBelow(values, ends, quantile));
}

function countBelow(events: readonly number[], ends: readonly number[], quantile: number) {
  let [start, numeratorSum, numeratorSumOfSquares, denominatorSumOfSquares, productSum] = [0, 0, 0, 0, 0];
  for (const end of ends) {
    let below = 0;
    for (let index = start; index < end; index += 1) if ((events[index] ?? 0) <= quantile) below += 1;
    const size = end - start;
    numeratorSum += below;
    numeratorSumOfSquares += below * below;
    denominatorSumOfSquares += size * size;
    productSum += below * size;
    start = end;
  }
  const sums = {
    numeratorSum,
    numeratorSumOfSquares,
    denominatorSum: events.length,
    denominatorSumOfSquares,
    productSum,
  };
  return ratioMoments({ n: ends.length, ...sums });
}
