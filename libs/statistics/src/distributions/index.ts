export { betaCdf, betaQuantile } from './beta.js';
export { chiSquareQuantile, chiSquareSurvival } from './chi-square.js';
export { gaussLegendre } from './gauss-legendre.js';
export type { QuadratureRule } from './gauss-legendre.js';
export { logGamma } from './log-gamma.js';
export { normalCdf, normalPdf, normalQuantile, normalSurvival, normalUpperQuantile } from './normal.js';
export { studentCdf, studentSurvival, studentUpperQuantile } from './student.js';
