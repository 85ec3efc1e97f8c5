import { absoluteDifference, mergeJointMoments, pairArms, postStratify } from '@sortition/statistics';
import type { ArmPair, EffectEstimate, InformationScale, JointMoments, Moments, Outcome } from '@sortition/statistics';

import { proportionPair } from '../arm-pairs.js';
import type { PairEstimator } from '../arm-pairs.js';
import { firstColumn } from '../models/metric-model.js';
import type { MetricModel } from '../models/metric-model.js';
import { addUnits, quantileArm } from '../models/quantile-arm.js';
import { createRandom } from '../random.js';
import type { Random } from '../random.js';

/** Where the estimates of both arms come from while an experiment grows. */
export interface GridSource {
  readonly units: ArmSizes;
  readonly informationScale: InformationScale;
  /** Starts an experiment; each call lets both arms grow to such sizes and estimates them. */
  begin(random: Random, effect: number): (sizes: ArmSizes) => GridEstimate;
}

/** Units of control and treatment. */
export type ArmSizes = readonly [control: number, treatment: number];

/** What both arms say at a look. */
export interface GridEstimate {
  readonly pair: Outcome<ArmPair>;
  /** The counts of two plain shares, which have a test of their own. */
  readonly shares?: readonly [control: Moments, treatment: Moments];
}

/** A part of the units and its share of all. */
export interface ModelStratum {
  readonly share: number;
  readonly model: MetricModel;
}

/** Arms from joint moments, merged from look to look. */
export function momentsSource(units: ArmSizes, model: MetricModel, pair: PairEstimator): GridSource {
  return {
    units,
    informationScale: 'precision',
    begin(random, effect) {
      const [control, treatment] = [growingArm(model, random, 0), growingArm(model, random, effect)];
      let seen: ArmSizes = [0, 0];
      return (sizes) => {
        const arms = [control(sizes[0] - seen[0]), treatment(sizes[1] - seen[1])] as const;
        seen = sizes;
        const isShare = pair === proportionPair;
        return {
          pair: pair(...arms),
          ...(isShare && { shares: [firstColumn(arms[0]), firstColumn(arms[1])] as const }),
        };
      };
    },
  };
}

/** Arms post-stratified from the moments of each stratum; units fall into strata at random. */
export function strataSource(units: ArmSizes, strata: readonly ModelStratum[], pair: PairEstimator): GridSource {
  const shares = strata.map(({ share }) => share);
  return {
    units,
    informationScale: 'precision',
    begin(random, effect) {
      const arms = strata.map(
        ({ model }) => [growingArm(model, random, 0), growingArm(model, random, effect)] as const,
      );
      let seen: ArmSizes = [0, 0];
      return (sizes) => {
        const added = [
          random.multinomial(sizes[0] - seen[0], shares),
          random.multinomial(sizes[1] - seen[1], shares),
        ] as const;
        seen = sizes;
        const pairs = arms.map(([control, treatment], index) => ({
          key: `stratum ${index + 1}`,
          pair: pair(control(added[0][index] ?? 0), treatment(added[1][index] ?? 0)),
        }));
        return { pair: postStratify(pairs) };
      };
    },
  };
}

/** Arms whose quantile is estimated from raw values. */
export function quantileSource(units: ArmSizes, probability: number, clustering: 'unit' | 'events'): GridSource {
  return {
    units,
    informationScale: 'sample-size',
    begin(random, effect) {
      const arms = [0, effect].map((shift) => ({ shift, events: { values: [], ends: [] } }));
      let seen: ArmSizes = [0, 0];
      return (sizes) => {
        const [control, treatment] = arms.map(({ shift, events }, arm) => {
          addUnits(events, random, (sizes[arm] ?? 0) - (seen[arm] ?? 0), { clustering, effect: shift });
          return quantileArm(events, probability, clustering);
        });
        seen = sizes;
        if (control === undefined || treatment === undefined) throw new Error('there are two arms');
        return { pair: pairArms(control, treatment) };
      };
    },
  };
}

/** What an experiment of full size finds, for planning: its precision is what later experiments can expect. */
export function pilotOf(source: GridSource): EffectEstimate {
  const found = absoluteDifference(source.begin(createRandom(7), 0)(source.units).pair);
  if (!found.estimable) throw new Error(`the pilot is not estimable: ${found.detail}`);
  return found;
}

function growingArm(model: MetricModel, random: Random, effect: number): (added: number) => JointMoments {
  let moments: JointMoments | undefined;
  return (added) => {
    if (moments !== undefined && added === 0) return moments;
    const batch = model.draw(random, added, effect);
    moments = moments === undefined ? batch : mergeJointMoments(moments, batch);
    return moments;
  };
}
