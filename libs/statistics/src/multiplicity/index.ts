export { adjustPValues } from './adjust-p-values.js';
export type { MultiplicityMethod } from './adjust-p-values.js';
export { simultaneousIntervals } from './simultaneous-intervals.js';
export type { SimultaneousIntervals, SimultaneousOptions } from './simultaneous-intervals.js';
