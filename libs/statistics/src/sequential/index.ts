export { confidenceSequence, confidenceSequenceMultiplier, mixtureScale } from './asymptotic-confidence-sequence.js';
export type { ConfidenceSequenceOptions } from './asymptotic-confidence-sequence.js';
export type { AlwaysValidReadout, SequentialEstimate } from './always-valid-readout.js';
export { exitProbabilities } from './exit-probabilities.js';
export type { ExitProbabilities, ExitProbability, LookBounds } from './exit-probabilities.js';
export type {
  FutilityRule,
  GroupSequentialDesign,
  GroupSequentialLook,
  InformationScale,
} from './group-sequential-design.js';
export { addLook, groupSequentialBounds, startGroupSequential } from './group-sequential.js';
export type { GroupSequentialState, NextLook } from './group-sequential.js';
export { judgeLook } from './judge-look.js';
export type { LookVerdict } from './judge-look.js';
export { informationOf } from './look-estimate.js';
export type { LookEstimate } from './look-estimate.js';
export { mixtureSprt } from './mixture-sprt.js';
export type { MixtureSprtOptions, MixtureSprtReadout } from './mixture-sprt.js';
export { repeatedInterval } from './repeated-interval.js';
export type { RepeatedInterval } from './repeated-interval.js';
export { sequentialSampleRatio } from './sequential-sample-ratio.js';
export type { SequentialSampleRatioOptions, SequentialSampleRatioReadout } from './sequential-sample-ratio.js';
export { spentAt } from './spending-function.js';
export type { SpendingFunction } from './spending-function.js';
export { stageWiseReadout } from './stage-wise-readout.js';
export type { StageWiseReadout } from './stage-wise-readout.js';
