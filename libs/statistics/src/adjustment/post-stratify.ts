import type { ArmEstimate, ArmPair } from '../estimators/index.js';
import { notEstimable, requireLength, StatisticsError, withinRange } from '../result/index.js';
import type { Outcome } from '../result/index.js';

/** One stratum: units that share an attribute known before exposure. */
export interface Stratum {
  readonly key: string;
  /** Any pair: plain arms of any estimator, or arms adjusted to covariates within the stratum. */
  readonly pair: Outcome<ArmPair>;
}

/**
 * Post-stratification: each arm's value is the average of its stratum values weighted by the stratum's share
 * w_s = N_s / N of the units of both arms, so that arms differ no more in their composition (Miratrix, Sekhon & Yu,
 * JRSS B 2013). Variance per arm: sum w_s^2 v_gs + (1 / N) sum w_s (m_gs - m_g)^2, the second term for the strata's own
 * sampling, which also ties the arms: it makes the covariance (1 / N) sum w_s (m_Cs - m_C)(m_Ts - m_T). Full regression
 * adjustment on stratum indicators gives the same estimate. A ratio metric is stratified as the ratio within each
 * stratum.
 *
 * Not estimable (`EMPTY_STRATUM`) when a stratum is not estimable, usually for fewer than 2 units in an arm: merge it
 * with another and ask again.
 *
 * @param strata at least one, keys distinct.
 * @throws StatisticsError on an empty list or a repeated key.
 */
export function postStratify(strata: readonly Stratum[]): Outcome<ArmPair> {
  requireLength('strata', strata, 1);
  const keys = strata.map(({ key }) => key);
  if (new Set(keys).size !== keys.length) throw new StatisticsError('strata', keys, 'hold each key once');
  const parts: Part[] = [];
  for (const { key, pair } of strata) {
    if (!pair.estimable) return notEstimable('EMPTY_STRATUM', `stratum "${key}": ${pair.detail}`);
    parts.push({ ...pair, n: pair.control.n + pair.treatment.n });
  }
  const total = parts.reduce((sum, { n }) => sum + n, 0);
  const average = (value: (part: Part) => number): number =>
    parts.reduce((sum, part) => sum + (part.n / total) * value(part), 0);
  const means = { control: average((part) => part.control.value), treatment: average((part) => part.treatment.value) };
  const between = (a: Arm, b: Arm): number =>
    average((part) => (part[a].value - means[a]) * (part[b].value - means[b])) / total;
  const arm = (name: Arm): ArmEstimate => {
    const weighted = parts.map((part) => ({ ...part[name], variance: (part.n / total) ** 2 * part[name].variance }));
    return {
      estimable: true,
      n: weighted.reduce((sum, { n }) => sum + n, 0),
      value: means[name],
      variance: weighted.reduce((sum, { variance }) => sum + variance, 0) + between(name, name),
      degreesOfFreedom: combinedDegreesOfFreedom(weighted),
    };
  };
  const within = parts.reduce((sum, part) => sum + (part.n / total) ** 2 * part.covariance, 0);
  const [control, treatment] = [arm('control'), arm('treatment')];
  const covariance = within + between('control', 'treatment');
  const numbers = [control, treatment].flatMap((part) => [part.value, part.variance, part.degreesOfFreedom]);
  return withinRange({ estimable: true, control, treatment, covariance }, ...numbers, covariance);
}

type Arm = 'control' | 'treatment';

interface Part extends ArmPair {
  readonly n: number;
}

/** Satterthwaite's approximation; the sum of degrees of freedom when nothing varies. */
function combinedDegreesOfFreedom(parts: readonly ArmEstimate[]): number {
  const variance = parts.reduce((sum, part) => sum + part.variance, 0);
  if (variance === 0) return parts.reduce((sum, part) => sum + part.degreesOfFreedom, 0);
  return 1 / parts.reduce((sum, part) => sum + (part.variance / variance) ** 2 / part.degreesOfFreedom, 0);
}
