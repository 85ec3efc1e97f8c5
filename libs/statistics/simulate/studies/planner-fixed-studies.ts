import {
  absoluteDifference,
  meanUnitVariance,
  powerOf,
  proportionUnitVariance,
  reducedUnitVariance,
  relativeDifference,
  relativeUnitVariance,
  requiredSampleSize,
  testEffect,
} from '@sortition/statistics';
import type { ExperimentPlan, Hypothesis } from '@sortition/statistics';

import { cupedPair, meanPair, proportionPair, ratioPair } from '../arm-pairs.js';
import type { PairEstimator } from '../arm-pairs.js';
import { proportionModel } from '../models/discrete.js';
import type { MetricModel } from '../models/metric-model.js';
import { covariateModel } from '../models/gaussian.js';
import { normalModel } from '../models/normal.js';
import { ratioModel } from '../models/ratio.js';
import { STANDARD_REPLICATIONS } from '../study.js';
import type { Study } from '../study.js';

interface PlannedStudy {
  readonly label: string;
  readonly adjustment?: string;
  readonly model: MetricModel;
  readonly pair: PairEstimator;
  readonly plan: ExperimentPlan;
  readonly hypothesis: Hypothesis;
  readonly shares: readonly [number, number];
  /** True effect on the absolute scale. */
  readonly shift: number;
  readonly scale?: 'absolute' | 'relative';
  readonly power: number;
}

/** Runs the experiment that the planner asks for and counts how often it shows what it is to show. */
function plannedStudy({
  label,
  adjustment,
  model,
  pair,
  plan,
  hypothesis,
  shares,
  shift,
  scale,
  power,
}: PlannedStudy): Study {
  const total = requiredSampleSize(plan, power);
  const [control, treatment] = shares.map((share) => Math.ceil(total * share)) as [number, number];
  const differenceOf = scale === 'relative' ? relativeDifference : absoluteDifference;
  return {
    method: label,
    metric: model.name,
    adjustment: adjustment ?? 'none',
    setting: `${control} + ${treatment} units as planned`,
    measures: [{ name: 'power', nominal: powerOf(plan, control + treatment), criterion: 'one-point' }],
    replications: { full: STANDARD_REPLICATIONS.full * 5, short: 20_000 },
    replicate(random) {
      const arms = pair(model.draw(random, control, 0), model.draw(random, treatment, shift));
      const result = testEffect(differenceOf(arms), { alpha: plan.design.alpha, hypothesis, reference: 'z' });
      return [
        result.estimable ? result.significant && (result.estimate > 0 || hypothesis.kind !== 'superiority') : null,
      ];
    },
  };
}

const fixed = { kind: 'fixed', alpha: 0.05, sides: 'two' } as const;
const oneSided = { kind: 'fixed', alpha: 0.05, sides: 'one' } as const;
const halves = { control: 0.5, treatment: 0.5 };
const superiority = { kind: 'superiority', alternative: 'two-sided' } as const;
const normal = normalModel(10, 5);
const sessions = ratioModel(0.3, 0.2, 0.05);
const equal = [0.5, 0.5] as const;

/** Power of fixed designs: planner against simulation. */
export const plannerFixedStudies: readonly Study[] = [
  plannedStudy({
    label: 'plan: fixed, two-sided',
    model: normal,
    pair: meanPair,
    plan: {
      design: fixed,
      hypothesis: { kind: 'superiority', effect: 0.5 },
      unitVariance: meanUnitVariance(halves, 25),
    },
    hypothesis: superiority,
    shares: equal,
    shift: 0.5,
    power: 0.8,
  }),
  plannedStudy({
    label: 'plan: fixed, two-sided, shares 80 / 20',
    model: normal,
    pair: meanPair,
    plan: {
      design: fixed,
      hypothesis: { kind: 'superiority', effect: 0.5 },
      unitVariance: meanUnitVariance({ control: 0.8, treatment: 0.2 }, 25),
    },
    hypothesis: superiority,
    shares: [0.8, 0.2],
    shift: 0.5,
    power: 0.9,
  }),
  plannedStudy({
    label: 'plan: fixed, relative effect 5 %',
    model: normal,
    pair: meanPair,
    plan: {
      design: fixed,
      hypothesis: { kind: 'superiority', effect: 0.05 },
      unitVariance: relativeUnitVariance(halves, 10, 25),
    },
    hypothesis: superiority,
    shares: equal,
    shift: 0.5,
    scale: 'relative',
    power: 0.8,
  }),
  plannedStudy({
    label: 'plan: fixed, two-sided',
    model: proportionModel(0.1),
    pair: proportionPair,
    plan: {
      design: fixed,
      hypothesis: { kind: 'superiority', effect: 0.015 },
      unitVariance: proportionUnitVariance(halves, 0.1),
    },
    hypothesis: superiority,
    shares: equal,
    shift: 0.015,
    power: 0.8,
  }),
  plannedStudy({
    label: 'plan: fixed, two-sided',
    model: sessions,
    pair: ratioPair,
    plan: {
      design: fixed,
      hypothesis: { kind: 'superiority', effect: 0.03 },
      unitVariance: meanUnitVariance(halves, sessions.variance),
    },
    hypothesis: superiority,
    shares: equal,
    shift: 0.03,
    power: 0.8,
  }),
  plannedStudy({
    label: 'plan: fixed, variance reduced to 0.51',
    model: covariateModel([0.7]),
    adjustment: 'CUPED, correlation 0.7',
    pair: cupedPair,
    plan: {
      design: fixed,
      hypothesis: { kind: 'superiority', effect: 0.5 },
      unitVariance: reducedUnitVariance(meanUnitVariance(halves, 25), 1 - 0.7 ** 2),
    },
    hypothesis: superiority,
    shares: equal,
    shift: 0.5,
    power: 0.8,
  }),
  plannedStudy({
    label: 'plan: non-inferiority',
    model: normal,
    pair: meanPair,
    plan: {
      design: oneSided,
      hypothesis: { kind: 'non-inferiority', margin: 0.4 },
      unitVariance: meanUnitVariance(halves, 25),
    },
    hypothesis: { kind: 'non-inferiority', preferred: 'increase', margin: 0.4 },
    shares: equal,
    shift: 0,
    power: 0.8,
  }),
  plannedStudy({
    label: 'plan: equivalence',
    model: normal,
    pair: meanPair,
    plan: {
      design: oneSided,
      hypothesis: { kind: 'equivalence', margin: 0.5, effect: 0.1 },
      unitVariance: meanUnitVariance(halves, 25),
    },
    hypothesis: { kind: 'equivalence', lower: -0.5, upper: 0.5 },
    shares: equal,
    shift: 0.1,
    power: 0.8,
  }),
];
