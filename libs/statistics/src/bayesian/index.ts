export { bayesianReadOut } from './read-out.js';
export type { BayesianOptions, BayesianReadOut, NormalPrior } from './read-out.js';
