/**
 * Everything shown about an experiment at one moment, from one computation. Its JSON form is stored: add fields, never
 * rename or remove one.
 */
export interface ResultSnapshot {
  /** A UUIDv7. */
  readonly id: string;
  /** Resource name of the experiment. */
  readonly experiment: string;
  readonly experimentId: string;
  readonly computedAt: Date;
  /** Every event received up to this time is included. */
  readonly watermark: Date;
  readonly phase: number;
  readonly units: readonly VariantUnits[];
  /** Units that saw more than one variant; counted in none. */
  readonly multipleExposureUnits: number;
  readonly sampleRatio: SampleRatioCheck;
  readonly metrics: readonly MetricResult[];
  readonly queries: readonly ResultQuery[];
  /** How tests are corrected for their number; undefined in results kept before it was told, when none were. */
  readonly correction?: 'none';
}

export interface VariantUnits {
  readonly variant: string;
  readonly units: number;
  /** Share of units that the allocation expects, in (0,1). */
  readonly expectedShare: number;
}

export interface SampleRatioCheck {
  /** Undefined: there are no units, or only one variant has weight. */
  readonly pValue?: number;
  readonly alpha: number;
  /** False exactly when the p-value is below alpha. */
  readonly passed: boolean;
}

export interface MetricResult {
  readonly metric: string;
  readonly role: 'success' | 'guardrail';
  readonly kind: 'conversion' | 'average';
  readonly direction: 'increase' | 'decrease';
  readonly variants: readonly VariantSummary[];
  readonly comparisons: readonly Comparison[];
}

export interface VariantSummary {
  readonly variant: string;
  readonly units: number;
  readonly sum: number;
  /** Undefined without units. */
  readonly mean?: number;
}

/** One variant against the control. */
export interface Comparison {
  readonly variant: string;
  readonly control: string;
  readonly alpha: number;
  /** Which test, as the statistics library names them; undefined without a test, and in results kept before it was told. */
  readonly method?: string;
  /** Undefined when it could not be computed. */
  readonly test?: ComparisonTest;
  /** Why there is no test, or no relative difference. Empty: nothing is missing. */
  readonly reason: string;
}

export interface ComparisonTest {
  /** Mean of the variant less mean of the control. */
  readonly absolute: Estimate;
  /** The same relative to the control's mean. */
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

export interface ResultQuery {
  readonly label: string;
  readonly sql: string;
  readonly rows: number;
}
