import { absoluteDifference, mergeJointMoments, pairArms, postStratify } from '@sortition/statistics';
import type { ArmPair, EffectEstimate, InformationScale, JointMoments, Outcome } from '@sortition/statistics';

import type { PairEstimator } from '../arm-pairs.js';
import type { MetricModel } from '../models/metric-model.js';
import { addUnits, quantileArm } from '../models/quantile-arm.js';
import { createRandom } from '../random.js';
import type { Random } from '../random.js';

/** Where the estimates of both arms come from while an experiment grows. */
export interface GridSource {
  /** Units an arm at the last look. */
  readonly units: number;
  readonly informationScale: InformationScale;
  /** Starts an experiment; each call lets both arms grow to `units` units and estimates them. */
  begin(random: Random, effect: number): (units: number) => Outcome<ArmPair>;
}

/** A part of the units and its share of all. */
export interface ModelStratum {
  readonly share: number;
  readonly model: MetricModel;
}

/** Arms from joint moments, merged from look to look. */
export function momentsSource(units: number, model: MetricModel, pair: PairEstimator): GridSource {
  return {
    units,
    informationScale: 'precision',
    begin(random, effect) {
      const [control, treatment] = [growingArm(model, random, 0), growingArm(model, random, effect)];
      let seen = 0;
      return (size) => {
        const added = size - seen;
        seen = size;
        return pair(control(added), treatment(added));
      };
    },
  };
}

/** Arms post-stratified from the moments of each stratum; units fall into strata at random. */
export function strataSource(units: number, strata: readonly ModelStratum[], pair: PairEstimator): GridSource {
  const shares = strata.map(({ share }) => share);
  return {
    units,
    informationScale: 'precision',
    begin(random, effect) {
      const arms = strata.map(
        ({ model }) => [growingArm(model, random, 0), growingArm(model, random, effect)] as const,
      );
      let seen = 0;
      return (size) => {
        const added = [random.multinomial(size - seen, shares), random.multinomial(size - seen, shares)] as const;
        seen = size;
        const pairs = arms.map(([control, treatment], index) => ({
          key: `stratum ${index + 1}`,
          pair: pair(control(added[0][index] ?? 0), treatment(added[1][index] ?? 0)),
        }));
        return postStratify(pairs);
      };
    },
  };
}

/** Arms whose quantile is estimated from raw values. */
export function quantileSource(units: number, probability: number, clustering: 'unit' | 'events'): GridSource {
  return {
    units,
    informationScale: 'sample-size',
    begin(random, effect) {
      const arms = [0, effect].map((shift) => ({ shift, events: { values: [], ends: [] } }));
      let seen = 0;
      return (size) => {
        const [control, treatment] = arms.map(({ shift, events }) => {
          addUnits(events, random, size - seen, { clustering, effect: shift });
          return quantileArm(events, probability, clustering);
        });
        seen = size;
        if (control === undefined || treatment === undefined) throw new Error('there are two arms');
        return pairArms(control, treatment);
      };
    },
  };
}

/** What an experiment of full size finds, for planning: its precision is what later experiments can expect. */
export function pilotOf(source: GridSource): EffectEstimate {
  const found = absoluteDifference(source.begin(createRandom(7), 0)(source.units));
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
