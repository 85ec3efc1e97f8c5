export { notEstimable, StatisticsError } from './result/index.js';
export type { Estimable, NotEstimable, NotEstimableReason, Outcome } from './result/index.js';

export {
  EMPTY_MOMENTS,
  hasLostVariance,
  jointMoments,
  jointMomentsOf,
  mergeJointMoments,
  mergeMoments,
  moments,
  momentsOf,
} from './moments/index.js';
export type { JointMoments, Moments } from './moments/index.js';

export {
  betaCdf,
  betaQuantile,
  chiSquareQuantile,
  chiSquareSurvival,
  gaussLegendre,
  normalCdf,
  normalPdf,
  normalQuantile,
  normalSurvival,
  normalUpperQuantile,
  studentCdf,
  studentSurvival,
  studentUpperQuantile,
} from './distributions/index.js';
export type { QuadratureRule } from './distributions/index.js';

export {
  absoluteDifference,
  clusteredQuantile,
  count,
  DENOMINATOR_ALPHA,
  eventQuantile,
  FEWEST_EVENTS,
  FEWEST_NON_ZERO,
  fiellerInterval,
  lineariseRatio,
  mean,
  pairArms,
  pairMeans,
  pairProportions,
  proportion,
  proportionMoments,
  quantileLevels,
  ratio,
  ratioFiellerInterval,
  ratioMoments,
  relativeDifference,
  sampleQuantile,
  unitQuantile,
  winsorize,
  winsorizedMoments,
} from './estimators/index.js';
export type {
  ArmEstimate,
  ArmPair,
  CappedParts,
  Caps,
  CountEstimate,
  EffectEstimate,
  EffectScale,
  LinearisedRatio,
  QuantileLevels,
  QuantileReading,
  RatioInterval,
  RatioOfEstimates,
  RatioSums,
} from './estimators/index.js';

export {
  comparePair,
  compareVariants,
  FEW_EVENTS,
  testEffect,
  testProportions,
  testRelativeFieller,
} from './fixed-horizon/index.js';
export type {
  CompareOptions,
  Direction,
  Equivalence,
  Hypothesis,
  Interval,
  MetricMoments,
  NonInferiority,
  ProportionTests,
  Reference,
  Superiority,
  TestMethod,
  TestOptions,
  TestResult,
  VariantComparison,
} from './fixed-horizon/index.js';

export { cuped, postStratify, regressionAdjust } from './adjustment/index.js';
export type { AdjustedPair, Stratum } from './adjustment/index.js';

export { adjustPValues, simultaneousIntervals } from './multiplicity/index.js';
export type { MultiplicityMethod, SimultaneousIntervals, SimultaneousOptions } from './multiplicity/index.js';

export { decide, evaluateRule, gatherEvidence, planDecision, splitErrorRates } from './decision/index.js';
export type {
  AllRule,
  AnyRule,
  Decision,
  DecisionDesign,
  DecisionEvidence,
  DecisionPlan,
  ErrorRates,
  EvaluatedRule,
  Evidence,
  EvidenceFor,
  GuardrailMetric,
  MetricEvidence,
  QualityTest,
  Reason,
  ReasonCode,
  Recommendation,
  Rule,
  RuleTest,
  RuleWithErrors,
  SuccessMetric,
  TestRule,
  Verdict,
} from './decision/index.js';

export {
  covariateImbalance,
  goodnessOfFit,
  heterogeneity,
  interaction,
  multipleExposure,
  novelty,
  SAMPLE_RATIO_ALPHA,
  srm,
  srmByStratum,
} from './health/index.js';
export type {
  CovariateByArm,
  CovariateImbalance,
  DayEffect,
  ExposedUnits,
  ExposureAsymmetry,
  GoodnessOfFit,
  Heterogeneity,
  HeterogeneityOptions,
  Homogeneity,
  ImbalanceResult,
  InteractionCells,
  MultipleExposure,
  NoveltyResult,
  SampleRatioResult,
  SegmentEffect,
  StratumCounts,
  StratumSampleRatio,
} from './health/index.js';

export { bayesianReadOut } from './bayesian/index.js';
export type { BayesianOptions, BayesianReadOut, NormalPrior } from './bayesian/index.js';

export * from './planning/index.js';
export * from './sequential/index.js';
