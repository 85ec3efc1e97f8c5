import { normalCdf, normalUpperQuantile } from '../distributions/index.js';
import { requireFinite, requireOpenUnit, requirePositive, StatisticsError } from '../result/index.js';
import { confidenceSequenceMultiplier, exitProbabilities } from '../sequential/index.js';

import { plannedExits } from './group-sequential-inflation.js';
import type {
  ConfidenceSequencePlan,
  ExperimentPlan,
  MixtureSprtPlan,
  PlanHypothesis,
  TestDesign,
} from './test-design.js';

/**
 * The probability that the experiment shows what it is to show, with `sampleSize` units in all arms together.
 * Rejections in the wrong direction are not counted.
 *
 * - fixed: Phi(d sqrt(I) - z), with d the distance of the true effect from the null, I = sampleSize / unit variance;
 * - equivalence: Phi((m - d) sqrt(I) - z) + Phi((m + d) sqrt(I) - z) - 1, at least 0 (Schuirmann, 1987);
 * - sequential: the exit probabilities at the planned looks (Jennison & Turnbull, 2000, chapter 19). Futility is taken
 *   to be obeyed.
 *
 * @throws StatisticsError for numbers out of range, or equivalence with a sequential design.
 */
export function powerOf(plan: ExperimentPlan, sampleSize: number): number {
  requirePositive('sampleSize', sampleSize);
  const variance = unitVarianceOf(plan);
  const information = requirePositive('sampleSize / unitVariance', sampleSize / variance);
  const { design, hypothesis } = plan;
  if (hypothesis.kind === 'equivalence') return equivalencePower(design, hypothesis, information);
  const distance = distanceFromNull(hypothesis);
  const root = Math.sqrt(information);
  switch (design.kind) {
    case 'fixed':
      return normalCdf(distance * root - criticalValue(design));
    case 'group-sequential':
      return Math.min(1, plannedExits(design).rejection(Math.min(distance * root, CERTAIN_DRIFT)));
    case 'confidence-sequence':
    case 'mixture-sprt':
      return alwaysValidPower(design, sampleSize, variance, distance);
  }
}

/** Effect times the square root of information from which on a test is certain to reject. */
const CERTAIN_DRIFT = 100;

/** The critical value of a single test at the design's level. */
export function criticalValue({ alpha, sides }: Pick<TestDesign, 'alpha' | 'sides'>): number {
  return normalUpperQuantile(requireOpenUnit('alpha', alpha) / (sides === 'two' ? 2 : 1));
}

/** How far the true effect is from the edge of the null hypothesis. */
export function distanceFromNull(hypothesis: PlanHypothesis): number {
  if (hypothesis.kind === 'superiority') return requirePositive('hypothesis.effect', hypothesis.effect);
  const margin = requirePositive('hypothesis.margin', hypothesis.margin);
  const effect = requireFinite('hypothesis.effect', hypothesis.effect ?? 0);
  const distance = hypothesis.kind === 'non-inferiority' ? margin + effect : margin - Math.abs(effect);
  if (distance <= 0) throw new StatisticsError('hypothesis.effect', effect, `lie inside the margin ${margin}`);
  return distance;
}

/** The unit variance at the effect that the plan is for. */
export function unitVarianceOf({ unitVariance, hypothesis }: ExperimentPlan): number {
  const value = typeof unitVariance === 'number' ? unitVariance : unitVariance(hypothesis.effect ?? 0);
  return requirePositive('unitVariance', value);
}

function equivalencePower(
  design: TestDesign,
  hypothesis: Extract<PlanHypothesis, { readonly kind: 'equivalence' }>,
  information: number,
): number {
  if (design.kind !== 'fixed') {
    throw new StatisticsError('design.kind', design.kind, 'be "fixed" for equivalence');
  }
  distanceFromNull(hypothesis);
  const root = Math.sqrt(information);
  const critical = normalUpperQuantile(requireOpenUnit('alpha', design.alpha));
  const effect = hypothesis.effect ?? 0;
  const [low, high] = [hypothesis.margin - effect, hypothesis.margin + effect];
  return Math.max(0, normalCdf(low * root - critical) + normalCdf(high * root - critical) - 1);
}

function alwaysValidPower(
  design: ConfidenceSequencePlan | MixtureSprtPlan,
  sampleSize: number,
  variance: number,
  effect: number,
): number {
  if (!(Number.isInteger(design.looks) && design.looks >= 1 && design.looks <= 200)) {
    throw new StatisticsError('looks', design.looks, 'be a whole number from 1 to 200');
  }
  const looks = Array.from({ length: design.looks }, (_, index) => {
    const units = (sampleSize * (index + 1)) / design.looks;
    const upper = alwaysValidBound(design, units, variance / units);
    return { information: units / variance, lower: design.sides === 'two' ? -upper : null, upper };
  });
  const power = exitProbabilities(looks)(effect).reduce((total, { above }) => total + above, 0);
  return Math.min(1, power);
}

function alwaysValidBound(
  design: ConfidenceSequencePlan | MixtureSprtPlan,
  units: number,
  squaredError: number,
): number {
  if (design.kind === 'confidence-sequence') return confidenceSequenceMultiplier(design, Math.max(1, units));
  const mixture = requirePositive('mixtureVariance', design.mixtureVariance);
  const total = squaredError + mixture;
  const logTerm = Math.log(total / squaredError) - 2 * Math.log(requireOpenUnit('alpha', design.alpha));
  return Math.sqrt((total / mixture) * logTerm);
}
