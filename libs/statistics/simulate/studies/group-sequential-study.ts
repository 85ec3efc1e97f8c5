import {
  absoluteDifference,
  addLook,
  informationOf,
  judgeLook,
  mergeJointMoments,
  repeatedInterval,
  stageWiseReadout,
  startGroupSequential,
} from '@sortition/statistics';
import type {
  EffectEstimate,
  GroupSequentialDesign,
  GroupSequentialState,
  JointMoments,
  LookEstimate,
} from '@sortition/statistics';

import type { PairEstimator } from '../arm-pairs.js';
import type { MetricModel } from '../models/metric-model.js';
import type { Random } from '../random.js';
import { falsePositives, STANDARD_REPLICATIONS } from '../study.js';
import type { Criterion, Measure, Study } from '../study.js';

/** A group sequential test on estimated variances, with the information as it comes. */
export interface GroupSequentialStudy {
  readonly method: string;
  readonly metric?: string;
  readonly adjustment?: string;
  readonly design: Omit<GroupSequentialDesign, 'plannedInformation'>;
  readonly model: MetricModel;
  readonly pair: PairEstimator;
  /** Units an arm at each look, ascending. */
  readonly looks: readonly number[];
  /** Units an arm that the plan counted on; other than the last look to run over or short. */
  readonly plannedUnits?: number;
  /** Variance a unit that the plan counts on; default that of the model. */
  readonly variance?: number;
  readonly effect: number;
  /** Share of the units in treatment; default one half. */
  readonly treated?: number;
  readonly criterion?: Criterion;
  /** What is claimed of the repeated intervals, where that is not what follows from `criterion`. */
  readonly coverage?: Criterion;
  readonly replications?: Study['replications'];
  /** Whether the interval and estimate after stopping are counted too, which takes most of the time. */
  readonly readout?: 'bounds' | 'stage-wise';
}

/** Level, simultaneous coverage of the repeated intervals and, if asked for, the readout after stopping. */
export function groupSequentialStudy(setup: GroupSequentialStudy): Study {
  const { design, model, looks, effect, criterion = 'equal', readout = 'bounds', treated = 0.5 } = setup;
  const last = looks.at(-1) ?? 0;
  const planned = setup.plannedUnits ?? last;
  const full = {
    ...design,
    plannedInformation: (2 * planned * treated * (1 - treated)) / (setup.variance ?? model.variance),
  };
  const nominal = 1 - design.alpha;
  const hasRepeated = design.futility?.binding !== 'binding';
  const repeated: Measure = {
    name: 'coverage of all repeated intervals, under an effect',
    nominal,
    criterion: setup.coverage ?? (criterion === 'equal' ? 'at-least' : criterion),
  };
  const stageWise: readonly Measure[] = [
    { name: 'coverage after stopping, under an effect', nominal, criterion },
    { name: 'estimate after stopping above the effect', nominal: 0.5, criterion },
  ];
  return {
    method: setup.method,
    metric: setup.metric ?? model.name,
    adjustment: setup.adjustment ?? 'none',
    setting: `${looks.length} looks, ${sizesOf(last, treated)}${planned === last ? '' : ` (planned ${planned})`}`,
    measures: [
      falsePositives(design.alpha, criterion),
      ...(hasRepeated ? [repeated] : []),
      ...(readout === 'stage-wise' ? stageWise : []),
    ],
    replications: setup.replications ?? STANDARD_REPLICATIONS,
    replicate(random) {
      const without = follow(setup, full, random, 0);
      const under = follow(setup, full, random, effect);
      return [
        without.rejected,
        ...(hasRepeated ? [under.alwaysCovered] : []),
        ...(readout === 'stage-wise' ? readAfterStop(under.stopped, effect, design.sides) : []),
      ];
    },
  };
}

function sizesOf(units: number, treated: number): string {
  return treated === 0.5
    ? `${units} units an arm`
    : `${Math.round(2 * units * (1 - treated))} + ${Math.round(2 * units * treated)} units`;
}

interface Stopped {
  readonly state: GroupSequentialState;
  readonly estimate: LookEstimate;
}

function follow(
  { model, pair, looks, treated = 0.5 }: GroupSequentialStudy,
  design: GroupSequentialDesign,
  random: Random,
  shift: number,
): { readonly rejected: boolean; readonly alwaysCovered: boolean; readonly stopped: Stopped | undefined } {
  let state = startGroupSequential(design);
  let arms: readonly [JointMoments, JointMoments] | undefined;
  let stopped: Stopped | undefined;
  let [rejected, alwaysCovered, seen] = [false, true, 0];
  for (const [index, units] of looks.entries()) {
    const added = (share: number): number => Math.round(2 * share * units) - Math.round(2 * share * seen);
    const batch = [model.draw(random, added(1 - treated), 0), model.draw(random, added(treated), shift)] as const;
    arms = arms === undefined ? batch : [mergeJointMoments(arms[0], batch[0]), mergeJointMoments(arms[1], batch[1])];
    seen = units;
    const effect = absoluteDifference(pair(arms[0], arms[1]));
    if (!effect.estimable) continue;
    const information = informationOf(effect.standardError);
    state = addLook(state, { information, stage: index === looks.length - 1 ? 'final' : 'interim' });
    const step = readLook(state, effect, shift);
    alwaysCovered &&= step.covered;
    if (stopped === undefined && step.verdict !== 'continue') {
      stopped = { state, estimate: { effect: effect.estimate, standardError: effect.standardError } };
      rejected = step.verdict === 'effect-above-zero' || step.verdict === 'effect-below-zero';
    }
  }
  return { rejected, alwaysCovered, stopped };
}

function readLook(state: GroupSequentialState, effect: EffectEstimate, truth: number) {
  const look = state.looks.at(-1);
  if (look === undefined) throw new Error('a look was just added');
  const { estimate, standardError } = effect;
  const interval = repeatedInterval(state.design, look, { effect: estimate, standardError });
  const covered = !interval.estimable || (interval.lower <= truth && truth <= (interval.upper ?? Infinity));
  return { verdict: judgeLook(state.design, look, estimate / standardError), covered };
}

function readAfterStop(stopped: Stopped | undefined, truth: number, sides: 'one' | 'two'): (boolean | null)[] {
  if (stopped === undefined) return [null, null];
  const { lower, upper, medianUnbiasedEstimate } = stageWiseReadout(stopped.state, stopped.estimate);
  const below = sides === 'one' || truth <= (upper ?? Infinity);
  return [lower <= truth && below, medianUnbiasedEstimate > truth];
}
