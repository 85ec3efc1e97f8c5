import { requireOpenUnit, requirePositive, StatisticsError } from '../result/index.js';
import { findRoot } from '../numerics/find-root.js';

import { powerOf } from './power.js';
import type { PlanHypothesis, TestDesign, UnitVariance } from './test-design.js';

/** A plan whose effect (or margin) is to be found. */
export interface OpenPlan {
  readonly design: TestDesign;
  readonly kind: PlanHypothesis['kind'];
  readonly unitVariance: UnitVariance;
  /** True effect assumed for non-inferiority and equivalence; default 0. */
  readonly effect?: number;
  /** Largest effect or margin to consider, above 0; for a proportion below 1 - baseline. Default 1e6 standard errors. */
  readonly largest?: number;
}

/**
 * The smallest effect that the plan finds with the given power: the minimum detectable effect. For non-inferiority and
 * equivalence, the smallest margin that can be shown.
 *
 * @throws StatisticsError for numbers out of range, or when not even the largest effect is found with that power.
 */
export function detectableEffect(plan: OpenPlan, sampleSize: number, power: number): number {
  requirePositive('sampleSize', sampleSize);
  requireOpenUnit('power', power);
  const { design, kind, unitVariance, effect = 0 } = plan;
  const atZero = requirePositive(
    'unitVariance',
    typeof unitVariance === 'number' ? unitVariance : unitVariance(effect),
  );
  const standardError = Math.sqrt(atZero / sampleSize);
  const smallest = kind === 'superiority' ? 0 : Math.max(0, kind === 'equivalence' ? Math.abs(effect) : -effect);
  const excess = (size: number) =>
    powerOf({ design, hypothesis: hypothesisOf(kind, size, effect), unitVariance }, sampleSize) - power;
  const largest = plan.largest ?? smallest + 1e6 * standardError;
  let high = Math.min(largest, smallest + 4 * standardError);
  while (high < largest && excess(high) < 0) high = Math.min(largest, smallest + 2 * (high - smallest));
  if (excess(high) < 0) {
    throw new StatisticsError('largest', largest, `be found with power ${power} by ${sampleSize} units`);
  }
  return findRoot(excess, smallest + 1e-9 * standardError, high, 1e-12 * high);
}

function hypothesisOf(kind: PlanHypothesis['kind'], size: number, effect: number): PlanHypothesis {
  return kind === 'superiority' ? { kind, effect: size } : { kind, margin: size, effect };
}
