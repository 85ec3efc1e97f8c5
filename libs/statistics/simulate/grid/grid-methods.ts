import {
  addLook,
  confidenceSequence,
  informationOf,
  judgeLook,
  mixtureSprt,
  repeatedInterval,
  startGroupSequential,
  testEffect,
  testProportions,
} from '@sortition/statistics';
import type { EffectEstimate, GroupSequentialDesign, InformationScale } from '@sortition/statistics';

import type { Criterion } from '../study.js';
import type { GridEstimate } from './grid-source.js';

/** What the arms say when they have `units` units together; without effect where that is not estimable. */
export interface GridReading {
  readonly units: number;
  readonly effect: EffectEstimate | undefined;
  /** The counts of two plain shares. */
  readonly shares: GridEstimate['shares'];
}

/** What is fixed before an experiment. */
export interface GridPlan {
  /** Units in both arms at the last look. */
  readonly units: number;
  readonly informationScale: InformationScale;
  /** Information at the last look, as planned. */
  readonly information: number;
  /** The effect that the experiment is made to find. */
  readonly effect: number;
}

/** What a method concluded from an experiment with a known effect. */
export interface GridConclusion {
  readonly foundEffect: boolean;
  /** Whether the effect was in the interval, at every look that the method allows. */
  readonly covered: boolean;
}

/** A column of the grid. */
export interface GridMethod {
  readonly name: string;
  readonly falsePositives: Criterion;
  readonly coverage: Criterion;
  /** Undefined when the data has no answer. */
  conclude(readings: readonly GridReading[], plan: GridPlan, truth: number): GridConclusion | undefined;
}

const ALPHA = 0.05;

/** The columns of the grid, each at level 0.05 on two sides. */
export const gridMethods: readonly GridMethod[] = [
  { name: 'z; two shares: score test', falsePositives: 'equal', coverage: 'equal', conclude: fixedAt('z') },
  { name: 'Welch t', falsePositives: 'equal', coverage: 'equal', conclude: fixedAt('t') },
  { name: 'group sequential', falsePositives: 'equal', coverage: 'at-least', conclude: groupSequential },
  {
    name: 'confidence sequence',
    falsePositives: 'at-most',
    coverage: 'at-least',
    conclude: alwaysValid((reading, { units }) =>
      confidenceSequence(reading, { alpha: ALPHA, sides: 'two', tunedAt: units / 2 }),
    ),
  },
  {
    name: 'mixture SPRT',
    falsePositives: 'at-most',
    coverage: 'at-least',
    conclude: alwaysValid((reading, { effect }) =>
      mixtureSprt(reading, { alpha: ALPHA, mixtureVariance: effect ** 2 }),
    ),
  },
];

function fixedAt(reference: 'z' | 't'): GridMethod['conclude'] {
  return (readings, _, truth) => {
    const { effect, shares } = readings.at(-1) ?? {};
    if (effect === undefined) return undefined;
    const hasScore = reference === 'z' && shares !== undefined;
    const result = hasScore
      ? testProportions(...shares, { alpha: ALPHA }).absolute
      : testEffect(effect, { alpha: ALPHA, reference });
    if (!result.estimable) return undefined;
    return { foundEffect: result.significant, covered: isWithin(result.interval, truth) };
  };
}

/** A test with O'Brien-Fleming spending, with repeated intervals. */
export function groupSequential(readings: readonly GridReading[], plan: GridPlan, truth: number): GridConclusion {
  const design: GroupSequentialDesign = {
    alpha: ALPHA,
    sides: 'two',
    spending: { family: 'obrien-fleming' },
    informationScale: plan.informationScale,
    plannedInformation: plan.information,
  };
  let state = startGroupSequential(design);
  let [foundEffect, covered] = [false, true];
  for (const { units, effect } of readings) {
    if (effect === undefined) continue;
    const { estimate, standardError } = effect;
    const information = plan.informationScale === 'precision' ? informationOf(standardError) : units;
    state = addLook(state, { information, stage: units === plan.units ? 'final' : 'interim' });
    const look = state.looks.at(-1);
    if (look === undefined) continue;
    const interval = repeatedInterval(design, look, { effect: estimate, standardError });
    covered &&= !interval.estimable || isWithin(interval, truth);
    foundEffect ||= judgeLook(design, look, estimate / standardError).startsWith('effect-');
  }
  return { foundEffect, covered };
}

interface AlwaysValidReading {
  readonly effect: number;
  readonly standardError: number;
  readonly sampleSize: number;
}

interface Bounds {
  readonly lower: number | null;
  readonly upper: number | null;
}

function alwaysValid(read: (reading: AlwaysValidReading, plan: GridPlan) => Bounds): GridMethod['conclude'] {
  return (readings, plan, truth) => {
    const bounds = readings.flatMap(({ units, effect }) => {
      if (effect === undefined) return [];
      const { estimate, standardError } = effect;
      return [read({ effect: estimate, standardError, sampleSize: units }, plan)];
    });
    return {
      foundEffect: bounds.some((interval) => !isWithin(interval, 0)),
      covered: bounds.every((interval) => isWithin(interval, truth)),
    };
  };
}

function isWithin({ lower, upper }: Bounds, value: number): boolean {
  return (lower === null || lower <= value) && (upper === null || value <= upper);
}
