export { notEstimable, StatisticsError } from './result/index.js';
export type { Estimable, NotEstimable, NotEstimableReason, Outcome } from './result/index.js';

export {
  EMPTY_MOMENTS,
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

export * from './sequential/index.js';
