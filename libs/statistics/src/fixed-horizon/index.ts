export { comparePair, compareVariants } from './compare-variants.js';
export type { CompareOptions, MetricMoments, VariantComparison } from './compare-variants.js';
export type { Direction, Equivalence, Hypothesis, NonInferiority, Superiority } from './hypothesis.js';
export type { Reference } from './reference-distribution.js';
export { testEffect } from './test-effect.js';
export { testRelativeFieller } from './test-relative-fieller.js';
export { FEW_EVENTS, testProportions } from './test-proportions.js';
export type { ProportionTests } from './test-proportions.js';
export type { Interval, TestMethod, TestOptions, TestResult } from './test-result.js';
