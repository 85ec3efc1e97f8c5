import { absoluteDifference, pairArms } from '../estimators/index.js';
import type { ArmEstimate, EffectEstimate } from '../estimators/index.js';
import type { Outcome } from '../result/index.js';

/** Second minus first of two independent effects: a difference in differences. */
export function effectDifference(
  first: Outcome<EffectEstimate>,
  second: Outcome<EffectEstimate>,
): Outcome<EffectEstimate> {
  if (!first.estimable) return first;
  if (!second.estimable) return second;
  const difference = absoluteDifference(pairArms(asArm(first), asArm(second)));
  return difference.estimable ? { ...difference, scale: first.scale } : difference;
}

function asArm({ n, estimate, standardError, degreesOfFreedom }: EffectEstimate): ArmEstimate {
  return { estimable: true, n, value: estimate, variance: standardError ** 2, degreesOfFreedom };
}
