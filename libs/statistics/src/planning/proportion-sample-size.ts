import { normalUpperQuantile } from '../distributions/index.js';
import { requireFinite, requireOpenUnit, StatisticsError } from '../result/index.js';

/** A comparison of two proportions in equal arms. */
export interface ProportionPlan {
  /** Proportion in control, in (0, 1). */
  readonly baseline: number;
  /** Difference to be found, other than 0; `baseline + effect` in (0, 1). */
  readonly effect: number;
  readonly alpha: number;
  readonly sides: 'one' | 'two';
  readonly power: number;
  /** Which variance the test is assumed to use under the null. */
  readonly nullVariance: 'baseline' | 'pooled' | 'unpooled';
}

/**
 * Units per arm, not rounded, for a z test of two proportions in equal arms:
 * ((z_alpha sqrt(v_0) + z_beta sqrt(p (1 - p) + q (1 - q))) / d)^2, with p the baseline and q = p + d.
 *
 * v_0 is 2 p (1 - p) for `baseline` (the formula behind Evan Miller's calculator), 2 m (1 - m) with m = (p + q) / 2
 * for `pooled` (Fleiss, Levin & Paik, 2003, chapter 4) and p (1 - p) + q (1 - q) for `unpooled`.
 *
 * @throws StatisticsError for numbers out of range.
 */
export function proportionSampleSize(plan: ProportionPlan): number {
  const { baseline, effect, alpha, sides, power, nullVariance } = plan;
  requireOpenUnit('baseline', baseline);
  requireFinite('effect', effect);
  if (effect === 0) throw new StatisticsError('effect', effect, 'be other than 0');
  const treated = requireOpenUnit('baseline + effect', baseline + effect);
  const critical = normalUpperQuantile(requireOpenUnit('alpha', alpha) / (sides === 'two' ? 2 : 1));
  const reserve = normalUpperQuantile(1 - requireOpenUnit('power', power));
  const unpooled = baseline * (1 - baseline) + treated * (1 - treated);
  const middle = (baseline + treated) / 2;
  const underNull = { baseline: 2 * baseline * (1 - baseline), pooled: 2 * middle * (1 - middle), unpooled };
  return ((critical * Math.sqrt(underNull[nullVariance]) + reserve * Math.sqrt(unpooled)) / effect) ** 2;
}
