export type { AdjustedPair } from './adjusted-pair.js';
export { cuped } from './cuped.js';
export { postStratify } from './post-stratify.js';
export type { Stratum } from './post-stratify.js';
export { regressionAdjust } from './regression-adjust.js';
