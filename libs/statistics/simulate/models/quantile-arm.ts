import { eventQuantile, quantileLevels, ratioMoments, sampleQuantile } from '@sortition/statistics';
import type { ArmEstimate, Outcome } from '@sortition/statistics';

import type { Random } from '../random.js';

/** Skewed events around a level of the unit; an effect shifts every event and so every quantile. */
export interface EventModel {
  readonly units: number;
  /** Whether a unit has several events that share its level, or one. */
  readonly clustered: boolean;
  readonly effect: number;
}

const { exp } = Math;
const LEVEL_ALPHA = 0.05;

/** Draws the events of one arm and estimates a quantile as a warehouse would: from sample quantiles and counts. */
export function quantileArm(random: Random, model: EventModel, probability: number): Outcome<ArmEstimate> {
  const { units, clustered, effect } = model;
  const events: number[] = [];
  const ends: number[] = [];
  for (let unit = 0; unit < units; unit += 1) {
    const level = clustered ? 0.5 * random.normal() : 0;
    const count = clustered ? 1 + random.binomial(6, 0.4) : 1;
    for (let event = 0; event < count; event += 1) events.push(effect + exp(level + 0.7 * random.normal()));
    ends.push(events.length);
  }
  const ascending = Float64Array.from(events).sort();
  const levels = quantileLevels(probability, events.length, LEVEL_ALPHA);
  if (!levels.estimable) return levels;
  const quantile = sampleQuantile(ascending, probability);
  return eventQuantile(
    {
      probability,
      quantile,
      lowerQuantile: sampleQuantile(ascending, levels.lower),
      upperQuantile: sampleQuantile(ascending, levels.upper),
      levelSize: events.length,
      levelAlpha: LEVEL_ALPHA,
    },
    countBelow(events, ends, quantile),
  );
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
