import { normalUpperQuantile } from '../distributions/index.js';
import { requireOpenUnit, requirePositive, StatisticsError } from '../result/index.js';
import { findRoot } from '../numerics/find-root.js';

import { requiredDrift } from './group-sequential-inflation.js';
import { criticalValue, distanceFromNull, powerOf, unitVarianceOf } from './power.js';
import type { ExperimentPlan } from './test-design.js';

/**
 * The total number of units, all arms counted, at which the plan has the power; not rounded.
 *
 * Fixed: (z_alpha + z_beta)^2 times unit variance / distance^2. Group sequential: that times the inflation factor.
 * Equivalence, confidence sequences and the mixture SPRT: the root of {@link powerOf}.
 *
 * @param power in (0, 1); above the level on the tested side, which a test has without any data.
 * @throws StatisticsError for numbers out of range, or when the size is no finite number.
 */
export function requiredSampleSize(plan: ExperimentPlan, power: number): number {
  return requirePositive('required sample size', sampleSizeFor(plan, power));
}

function sampleSizeFor(plan: ExperimentPlan, power: number): number {
  requireOpenUnit('power', power);
  const { design, hypothesis } = plan;
  const level = requireOpenUnit('alpha', design.alpha) / (design.sides === 'two' ? 2 : 1);
  if (power <= level) throw new StatisticsError('power', power, `be above the level ${level}`);
  const perDrift = unitVarianceOf(plan) / distanceFromNull(hypothesis) ** 2;
  if (hypothesis.kind !== 'equivalence' && design.kind === 'group-sequential') {
    return requiredDrift(design, power) ** 2 * perDrift;
  }
  const fixed = (criticalValue(design) + normalUpperQuantile(1 - power)) ** 2 * perDrift;
  if (hypothesis.kind !== 'equivalence' && design.kind === 'fixed') return fixed;
  return solveSampleSize(plan, power, Math.max(1, fixed));
}

function solveSampleSize(plan: ExperimentPlan, power: number, start: number): number {
  let high = start;
  while (powerOf(plan, high) < power) high *= 2;
  let low = Math.min(start, high / 2);
  while (powerOf(plan, low) > power) low /= 2;
  const logSize = findRoot((log) => powerOf(plan, Math.exp(log)) - power, Math.log(low), Math.log(high), 1e-9);
  return Math.exp(logSize);
}
