import type { results } from '@sortition/contracts';

/** What `sortition results --output json` prints. Times are RFC 3339; what is absent is null. */
export interface ExperimentResults {
  readonly id: string;
  /** Resource name. */
  readonly experiment: string;
  readonly computeTime: string | null;
  /** Every event received up to this time is included. */
  readonly watermark: string | null;
  readonly phase: number;
  readonly units: readonly { readonly variant: string; readonly units: number; readonly expectedShare: number }[];
  readonly multipleExposureUnits: number;
  readonly sampleRatio: { readonly pValue: number | null; readonly alpha: number; readonly passed: boolean };
  readonly metrics: readonly ResultMetric[];
  /** How tests are corrected for their number; "none": each stands alone. */
  readonly correction: string;
  readonly queries: readonly { readonly label: string; readonly sql: string; readonly rows: number }[];
}

export interface ResultMetric {
  readonly metric: string;
  readonly role: string;
  readonly kind: string;
  readonly direction: string;
  readonly variants: readonly ResultVariant[];
  readonly comparisons: readonly ResultComparison[];
}

export interface ResultVariant {
  readonly variant: string;
  readonly units: number;
  readonly sum: number;
  readonly mean: number | null;
}

export interface ResultComparison {
  readonly variant: string;
  readonly control: string;
  /** Null when it could not be computed, for the reason given. */
  readonly absolute: ResultRange | null;
  readonly relative: ResultRange | null;
  readonly pValue: number | null;
  readonly significant: boolean;
  /** Level of the test and one minus the level of the intervals. */
  readonly alpha: number;
  /** The test: score, corrected-score, welch-t or pooled-t; empty without one. */
  readonly method: string;
  /** What the test looks for: "two-sided". */
  readonly alternative: string;
  readonly reason: string;
}

export interface ResultRange {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly standardError: number;
}

export function experimentResults(snapshot: results.ResultSnapshot): ExperimentResults {
  const { id, experiment, phase, units, multipleExposureUnits, sampleRatio, metrics, queries } = snapshot;
  return {
    id,
    experiment,
    computeTime: snapshot.computeTime?.toISOString() ?? null,
    watermark: snapshot.watermark?.toISOString() ?? null,
    phase,
    units,
    multipleExposureUnits,
    sampleRatio: {
      pValue: sampleRatio?.pValue ?? null,
      alpha: sampleRatio?.alpha ?? 0,
      passed: sampleRatio?.passed ?? true,
    },
    metrics: metrics.map((metric) => ({
      metric: metric.metric,
      role: metric.role,
      kind: metric.kind,
      direction: metric.direction,
      variants: metric.variants.map((variant) => ({ ...variant, mean: variant.mean ?? null })),
      comparisons: metric.comparisons.map(comparisonOf),
    })),
    correction: snapshot.correction,
    queries,
  };
}

function comparisonOf(comparison: results.Comparison): ResultComparison {
  const { variant, control, estimable, reason, absolute, relative, pValue, significant, alpha } = comparison;
  return {
    variant,
    control,
    absolute: estimable ? (absolute ?? null) : null,
    relative: estimable ? (relative ?? null) : null,
    pValue: estimable ? (pValue ?? null) : null,
    significant,
    alpha,
    method: comparison.method,
    alternative: comparison.alternative,
    reason,
  };
}
