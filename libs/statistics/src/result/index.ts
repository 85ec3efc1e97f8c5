export {
  requireCount,
  requireFinite,
  requireLength,
  requireNonNegative,
  requireOpenUnit,
  requirePositive,
  requireProbability,
} from './checks.js';
export { notEstimable, withinRange } from './not-estimable.js';
export type { Estimable, NotEstimable, NotEstimableReason, Outcome } from './not-estimable.js';
export { StatisticsError } from './statistics-error.js';
