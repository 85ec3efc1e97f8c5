import {
  confidenceSequenceMultiplier,
  groupSequentialBounds,
  groupSequentialInflation,
  meanUnitVariance,
  mixtureSprt,
  powerOf,
  requiredSampleSize,
} from '@sortition/statistics';
import type {
  ConfidenceSequencePlan,
  ExperimentPlan,
  GroupSequentialPlan,
  MixtureSprtPlan,
  PlanHypothesis,
} from '@sortition/statistics';

import type { Random } from '../random.js';
import { STANDARD_REPLICATIONS } from '../study.js';
import type { Study } from '../study.js';

const EFFECT = 0.5;
const POWER = 0.8;
const hypothesis: PlanHypothesis = { kind: 'superiority', effect: EFFECT };
const unitVariance = meanUnitVariance({ control: 0.5, treatment: 0.5 }, 25);

/** z beyond which a look stops a test, at the sample sizes of the looks. */
interface LookRule {
  readonly sampleSize: number;
  readonly upper: number;
  readonly lower: number;
}

/** Follows the score, a sum of independent normal increments, through the looks of the plan. */
function sequentialStudy(
  label: string,
  plan: ExperimentPlan,
  rulesFor: (sampleSize: number) => readonly LookRule[],
): Study {
  const sampleSize = Math.ceil(requiredSampleSize(plan, POWER));
  const rules = rulesFor(sampleSize);
  return {
    method: label,
    metric: 'mean, normal, known variance',
    adjustment: 'none',
    setting: `${rules.length} looks, ${sampleSize} units as planned`,
    measures: [{ name: 'power', nominal: powerOf(plan, sampleSize), criterion: 'one-point' }],
    replications: { full: STANDARD_REPLICATIONS.full * 5, short: 20_000 },
    replicate: (random) => [stopsAbove(rules, random)],
  };
}

function stopsAbove(rules: readonly LookRule[], random: Random): boolean {
  let [score, information] = [0, 0];
  for (const { sampleSize, upper, lower } of rules) {
    const next = sampleSize / unitVariance;
    score += EFFECT * (next - information) + Math.sqrt(next - information) * random.normal();
    information = next;
    const z = score / Math.sqrt(information);
    if (z >= upper) return true;
    if (z <= lower) return false;
  }
  return false;
}

function groupSequential(label: string, design: GroupSequentialPlan): Study {
  const plan = { design, hypothesis, unitVariance };
  return sequentialStudy(label, plan, (sampleSize) => {
    const { alpha, sides, spending, futility, fractions } = design;
    const plannedInformation = sampleSize / unitVariance;
    const rule = futility === undefined ? {} : { futility: { ...futility, effect: EFFECT } };
    const informations = fractions.map((fraction) => fraction * plannedInformation);
    return groupSequentialBounds({ alpha, sides, spending, plannedInformation, ...rule }, informations).map((look) => {
      const upper = look.efficacy ?? Infinity;
      return {
        sampleSize: look.information * unitVariance,
        upper,
        lower: look.futility ?? (sides === 'two' ? -upper : -Infinity),
      };
    });
  });
}

function alwaysValid(label: string, design: ConfidenceSequencePlan | MixtureSprtPlan): Study {
  return sequentialStudy(label, { design, hypothesis, unitVariance }, (sampleSize) =>
    Array.from({ length: design.looks }, (_, index) => {
      const units = (sampleSize * (index + 1)) / design.looks;
      const upper =
        design.kind === 'mixture-sprt' ? mixtureBound(design, units) : confidenceSequenceMultiplier(design, units);
      return { sampleSize: units, upper, lower: design.sides === 'two' ? -upper : -Infinity };
    }),
  );
}

function mixtureBound({ alpha, mixtureVariance }: MixtureSprtPlan, units: number): number {
  const standardError = Math.sqrt(unitVariance / units);
  const { lower } = mixtureSprt({ effect: 0, standardError }, { alpha, mixtureVariance });
  return -lower / standardError;
}

const base = { kind: 'group-sequential', alpha: 0.05, sides: 'two', fractions: [0.2, 0.4, 0.6, 0.8, 1] } as const;
const futility = { beta: 0.2, spending: { family: 'hwang-shih-decani', gamma: -2 } } as const;
const oneSided = { ...base, alpha: 0.025, sides: 'one', spending: { family: 'hwang-shih-decani', gamma: -4 } } as const;

/** Inflation factors, kept where the table can name them. */
const factor = (design: GroupSequentialPlan) => `x${groupSequentialInflation(design, POWER).toFixed(4)}`;

function named(label: string, design: GroupSequentialPlan): Study {
  return groupSequential(`plan: ${label} (${factor(design)})`, design);
}

/** Power of sequential designs: planner against simulation. */
export const plannerSequentialStudies: readonly Study[] = [
  named("O'Brien-Fleming type", { ...base, spending: { family: 'obrien-fleming' } }),
  named('Pocock type', { ...base, spending: { family: 'pocock' } }),
  named('power family 2', { ...base, spending: { family: 'power', exponent: 2 }, fractions: [0.1, 0.3, 0.7, 1] }),
  named('non-binding futility, obeyed', { ...oneSided, futility: { ...futility, binding: 'non-binding' } }),
  named('binding futility', { ...oneSided, futility: { ...futility, binding: 'binding' } }),
  alwaysValid('plan: confidence sequence', {
    kind: 'confidence-sequence',
    alpha: 0.05,
    sides: 'two',
    tunedAt: 5000,
    looks: 14,
  }),
  alwaysValid('plan: confidence sequence, one-sided', {
    kind: 'confidence-sequence',
    alpha: 0.05,
    sides: 'one',
    tunedAt: 5000,
    looks: 14,
  }),
  alwaysValid('plan: mixture SPRT', {
    kind: 'mixture-sprt',
    alpha: 0.05,
    sides: 'two',
    mixtureVariance: 0.25,
    looks: 14,
  }),
];
