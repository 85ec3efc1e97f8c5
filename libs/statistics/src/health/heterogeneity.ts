import { postStratify } from '../adjustment/index.js';
import type { Stratum } from '../adjustment/index.js';
import { chiSquareSurvival } from '../distributions/index.js';
import { absoluteDifference, relativeDifference } from '../estimators/index.js';
import type { ArmPair, EffectEstimate, EffectScale } from '../estimators/index.js';
import { testEffect } from '../fixed-horizon/index.js';
import type { TestResult } from '../fixed-horizon/index.js';
import { adjustPValues } from '../multiplicity/index.js';
import type { MultiplicityMethod } from '../multiplicity/index.js';
import { notEstimable, requireLength, requireOpenUnit, StatisticsError } from '../result/index.js';
import type { Estimable, Outcome } from '../result/index.js';
import { effectDifference } from './effect-difference.js';

export interface HeterogeneityOptions {
  /** Level of the family, in (0, 1). Default 0.05. */
  readonly alpha?: number;
  /** Default Holm. */
  readonly method?: MultiplicityMethod;
  /** Default absolute. */
  readonly scale?: EffectScale;
}

export interface SegmentEffect {
  readonly key: string;
  readonly effect: Outcome<EffectEstimate>;
  /** The segment's effect minus that of all other segments together. */
  readonly againstRest: Outcome<TestResult>;
  /** Over the segments that are estimable; null for the others. */
  readonly adjustedPValue: number | null;
  /** The adjusted p-value is at most alpha. */
  readonly differs: boolean;
}

export interface Homogeneity extends Estimable {
  /** Cochran's Q. */
  readonly statistic: number;
  readonly degreesOfFreedom: number;
  readonly pValue: number;
}

export interface Heterogeneity {
  /** Whether all segments may have the same effect; one test, no correction needed. */
  readonly homogeneity: Outcome<Homogeneity>;
  readonly segments: readonly SegmentEffect[];
}

/**
 * Looks for segments with their own effect. First one test for all: Q = sum (d_s - d)^2 / v_s with d the average weighted
 * by 1 / v_s, chi-square with k - 1 degrees of freedom (Cochran, Biometrics 1954). Then each segment against all others
 * together, post-stratified, by Welch's test, corrected for the number of segments.
 *
 * A segment that is not estimable takes no part and says why. Segments must be disjoint and fixed before exposure.
 *
 * @param segments two or more, keys distinct; pairs of any estimator, adjusted or not.
 * @throws StatisticsError on fewer than two segments, a repeated key or alpha outside (0, 1).
 */
export function heterogeneity(segments: readonly Stratum[], options: HeterogeneityOptions = {}): Heterogeneity {
  const { alpha = 0.05, method = 'holm', scale = 'absolute' } = options;
  requireOpenUnit('alpha', alpha);
  requireLength('segments', segments, 2);
  const keys = segments.map(({ key }) => key);
  if (new Set(keys).size !== keys.length) throw new StatisticsError('segments', keys, 'hold each key once');
  const effectOf = (pair: Outcome<ArmPair>) =>
    scale === 'absolute' ? absoluteDifference(pair) : relativeDifference(pair);
  const effects = segments.map(({ key, pair }) => ({ key, pair, effect: effectOf(pair) }));
  const usable = effects.filter(({ effect }) => effect.estimable);
  const tested = effects.map(({ key, effect }) => {
    const others = usable.filter((other) => other.key !== key);
    const againstRest = effect.estimable ? compareWithRest(effect, others, effectOf, alpha) : effect;
    return { key, effect, againstRest };
  });
  const pValues = tested.flatMap(({ againstRest }) => (againstRest.estimable ? [againstRest.pValue] : []));
  const adjusted = pValues.length > 0 ? [...adjustPValues(method, pValues)] : [];
  return {
    homogeneity: cochransQ(usable.flatMap(({ effect }) => (effect.estimable ? [effect] : []))),
    segments: tested.map((segment) => {
      const adjustedPValue = segment.againstRest.estimable ? (adjusted.shift() ?? 1) : null;
      return { ...segment, adjustedPValue, differs: adjustedPValue !== null && adjustedPValue <= alpha };
    }),
  };
}

function compareWithRest(
  effect: EffectEstimate,
  others: readonly Stratum[],
  effectOf: (pair: Outcome<ArmPair>) => Outcome<EffectEstimate>,
  alpha: number,
): Outcome<TestResult> {
  if (others.length === 0) return notEstimable('TOO_FEW_UNITS', 'no other segment is estimable');
  return testEffect(effectDifference(effectOf(postStratify(others)), effect), { alpha });
}

function cochransQ(effects: readonly EffectEstimate[]): Outcome<Homogeneity> {
  if (effects.length < 2) return notEstimable('TOO_FEW_UNITS', 'fewer than two segments are estimable');
  const weight = effects.reduce((sum, { standardError }) => sum + standardError ** -2, 0);
  const centre = effects.reduce((sum, { estimate, standardError }) => sum + estimate / standardError ** 2, 0) / weight;
  const statistic = effects.reduce(
    (sum, { estimate, standardError }) => sum + ((estimate - centre) / standardError) ** 2,
    0,
  );
  if (!Number.isFinite(statistic)) return notEstimable('ZERO_VARIANCE', 'the effects of a segment hardly vary');
  const degreesOfFreedom = effects.length - 1;
  return { estimable: true, statistic, degreesOfFreedom, pValue: chiSquareSurvival(statistic, degreesOfFreedom) };
}
