export {
  centredProduct,
  columnMoments,
  combineColumns,
  jointMoments,
  jointMomentsOf,
  mergeJointMoments,
  requireSameColumns,
} from './joint-moments.js';
export type { JointMoments } from './joint-moments.js';
export {
  centredSquares,
  EMPTY_MOMENTS,
  flushRounding,
  hasLostVariance,
  mergeMoments,
  moments,
  momentsOf,
} from './moments.js';
export type { Moments } from './moments.js';
