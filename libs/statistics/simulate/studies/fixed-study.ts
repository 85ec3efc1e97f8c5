import {
  absoluteDifference,
  relativeDifference,
  testEffect,
  testProportions,
  testRelativeFieller,
} from '@sortition/statistics';
import type { ArmPair, Outcome, TestOptions, TestResult } from '@sortition/statistics';

import { meanPair } from '../arm-pairs.js';
import type { PairEstimator } from '../arm-pairs.js';
import { coverage, falsePositives, STANDARD_REPLICATIONS } from '../study.js';
import type { Criterion, Study } from '../study.js';
import { firstColumn } from '../models/metric-model.js';
import type { MetricModel } from '../models/metric-model.js';
import type { Random } from '../random.js';

/** A fixed-horizon test of one metric, under no effect and under one. */
export interface FixedStudy {
  readonly method: string;
  readonly adjustment?: string;
  readonly metric?: string;
  readonly model: MetricModel;
  /** Where treatment differs from control in more than the mean. */
  readonly treatmentModel?: MetricModel;
  /** What the sufficient statistics of both arms say; or else `drawPair`. */
  readonly pair?: PairEstimator;
  /** Compares two shares by the score test, on their counts. */
  readonly byScore?: true;
  /** Draws the estimates of both arms itself. */
  readonly drawPair?: (random: Random, units: readonly [number, number], shift: number) => Outcome<ArmPair>;
  readonly units: readonly [number, number];
  /** True effect of the second half of the study, on the scale of the test. */
  readonly effect: number;
  readonly scale: 'absolute' | 'relative' | 'relative, Fieller';
  readonly test?: TestOptions;
  readonly criterion?: Criterion;
  /** What is claimed of the interval, where that is not what follows from `criterion`. */
  readonly coverage?: Criterion;
  readonly replications?: Study['replications'];
}

/** Level and coverage of a two-sided test at 0.05. */
export function fixedStudy(setup: FixedStudy): Study {
  const { model, scale, units, effect, criterion = 'equal' } = setup;
  const shift = scale === 'absolute' ? effect : effect * model.controlValue;
  return {
    method: setup.method,
    metric: setup.metric ?? model.name,
    adjustment: setup.adjustment ?? 'none',
    setting: `${units[0]} + ${units[1]} units, ${scale}`,
    measures: [
      falsePositives(0.05, criterion),
      coverage(0.95, setup.coverage ?? (criterion === 'at-most' ? 'at-least' : criterion)),
    ],
    replications: setup.replications ?? STANDARD_REPLICATIONS,
    replicate(random) {
      const [without, under] = [0, shift].map((moved) =>
        setup.byScore === true ? score(setup, random, moved) : analyse(setup, drawPair(setup, random, moved)),
      );
      if (without === undefined || under === undefined) throw new Error('there are two experiments');
      return [without.estimable ? without.significant : null, under.estimable ? covers(under, effect) : null];
    },
  };
}

function drawPair(setup: FixedStudy, random: Random, shift: number): Outcome<ArmPair> {
  const { model, treatmentModel = model, units, pair = meanPair } = setup;
  if (setup.drawPair !== undefined) return setup.drawPair(random, units, shift);
  return pair(model.draw(random, units[0], 0), treatmentModel.draw(random, units[1], shift));
}

function score({ model, units, scale, test = {} }: FixedStudy, random: Random, shift: number): Outcome<TestResult> {
  const [control, treatment] = [model.draw(random, units[0], 0), model.draw(random, units[1], shift)];
  const { absolute, relative } = testProportions(firstColumn(control), firstColumn(treatment), test);
  return scale === 'absolute' ? absolute : relative;
}

function analyse({ scale, test = {} }: FixedStudy, pair: Outcome<ArmPair>): Outcome<TestResult> {
  if (scale === 'relative, Fieller') return testRelativeFieller(pair, test);
  return testEffect(scale === 'absolute' ? absoluteDifference(pair) : relativeDifference(pair), test);
}

function covers({ interval: { lower, upper } }: TestResult, truth: number): boolean {
  return (lower === null || lower <= truth) && (upper === null || truth <= upper);
}
