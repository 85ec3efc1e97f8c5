import type { MetricDefinition } from '@sortition/declaration';
import type { TestMethod } from '@sortition/statistics';

/** What an experiment showed. Its JSON form is stored: add fields, never rename or remove one. */
export interface ExperimentFindings {
  readonly units: readonly VariantUnits[];
  readonly sampleRatio: SampleRatioCheck;
  readonly metrics: readonly MetricResult[];
  /** How tests are corrected for their number. Undefined in results kept before it was told, when none were. */
  readonly correction?: Correction;
}

/** `bonferroni`: the comparisons of success metrics share the level evenly; guardrails stand alone. */
export type Correction = 'none' | 'bonferroni';
export type MetricRole = 'success' | 'guardrail';

export interface VariantUnits {
  readonly variant: string;
  readonly units: number;
  /** Share of units that the allocation expects, in (0,1). */
  readonly expectedShare: number;
}

/** Chi-square test of the units against the expected shares. */
export interface SampleRatioCheck {
  /** Undefined: there are no units, or only one variant has weight. */
  readonly pValue?: number | undefined;
  readonly alpha: number;
  /** False exactly when the p-value is below alpha. */
  readonly passed: boolean;
}

export interface MetricResult {
  readonly metric: string;
  readonly role: MetricRole;
  readonly kind: MetricDefinition['kind'];
  readonly direction: MetricDefinition['direction'];
  readonly unitOfMeasure?: string;
  readonly variants: readonly VariantSummary[];
  readonly comparisons: readonly Comparison[];
}

export interface VariantSummary {
  readonly variant: string;
  /** Units that count for the metric. */
  readonly units: number;
  /** Of a ratio the sum of the numerators; 0 of a quantile. */
  readonly sum: number;
  /** The average, the ratio or the quantile. Undefined without units. */
  readonly mean?: number | undefined;
  /** Of the units' numbers, with n - 1. Undefined for ratios, quantiles and fewer than two units. */
  readonly standardDeviation?: number | undefined;
}

/** One variant against the control. */
export interface Comparison {
  readonly variant: string;
  readonly control: string;
  /** Level of the test and one minus the level of its intervals. */
  readonly alpha: number;
  /** Undefined without a test, and in results kept before it was told. */
  readonly method?: TestMethod;
  /** How the variants were made comparable before the test. */
  readonly adjustment?: 'regression';
  /** 1 - variance of the adjusted over that of the plain difference. */
  readonly varianceReduction?: number;
  /** Undefined when it could not be computed. */
  readonly test?: ComparisonTest;
  /** Of the absolute difference, valid at every look. Undefined: looked at once, or not estimable. */
  readonly alwaysValid?: AlwaysValidTest;
  /** Of a guardrail with a margin. */
  readonly nonInferiority?: NonInferiorityTest;
  /** Why there is no test, no relative difference or no adjustment. Empty: nothing is missing. */
  readonly reason: string;
}

export interface ComparisonTest {
  /** The variant's number less the control's. */
  readonly absolute: Estimate;
  /** The same relative to the control's. */
  readonly relative?: Estimate;
  /** Two-sided, of no difference. */
  readonly pValue: number;
  readonly significant: boolean;
}

export interface Estimate {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly standardError: number;
}

/**
 * A confidence sequence: however often and whenever the results are looked at, all its intervals cover the true difference
 * with probability 1 - alpha.
 */
export interface AlwaysValidTest {
  readonly lower: number;
  readonly upper: number;
  readonly pValue: number;
  /** Whether the interval leaves out 0. */
  readonly significant: boolean;
}

/** Whether a variant is shown to lose no more than a margin, one-sided at the experiment's level. */
export interface NonInferiorityTest {
  /** Largest acceptable relative loss. */
  readonly margin: number;
  /** Of a loss of the margin or more. Undefined: not estimable. */
  readonly pValue?: number | undefined;
  readonly shown: boolean;
}
