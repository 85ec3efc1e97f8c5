export {
  conditionalPower,
  groupSequentialConditionalPower,
  groupSequentialPredictivePower,
  predictivePower,
} from './conditional-power.js';
export type { FixedProgress, GroupSequentialProgress } from './conditional-power.js';
export { detectableEffect } from './detectable-effect.js';
export type { OpenPlan } from './detectable-effect.js';
export { daysToReach } from './duration.js';
export type { Traffic } from './duration.js';
export { groupSequentialInflation } from './group-sequential-inflation.js';
export { optimalShares } from './optimal-shares.js';
export type { OptimalShares } from './optimal-shares.js';
export { powerOf } from './power.js';
export { proportionSampleSize } from './proportion-sample-size.js';
export type { ProportionPlan } from './proportion-sample-size.js';
export { requiredSampleSize } from './sample-size.js';
export type {
  ConfidenceSequencePlan,
  ExperimentPlan,
  FixedDesign,
  GroupSequentialPlan,
  MixtureSprtPlan,
  PlanHypothesis,
  PlannedFutility,
  TestDesign,
  UnitVariance,
} from './test-design.js';
export {
  meanUnitVariance,
  proportionUnitVariance,
  ratioUnitVariance,
  reducedUnitVariance,
  relativeUnitVariance,
} from './unit-variance.js';
export type { ArmShares, RatioMoments } from './unit-variance.js';
