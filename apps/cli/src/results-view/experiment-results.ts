import { results, typesExperiment, typesMetric } from '@sortition/contracts';
import type { MetricKind } from '@sortition/declaration';
import type { AlwaysValidTest, Comparison, Estimate, MetricResult, SampleRatioCheck } from '@sortition/metrics';

/** What `sortition results --output json` prints. Times are RFC 3339; what is absent is null. */
export interface ExperimentResults {
  readonly id: string;
  /** Resource name. */
  readonly experiment: string;
  readonly computeTime: string | null;
  /** Every event received up to this time is included. */
  readonly watermark: string | null;
  readonly phase: number;
  readonly units: readonly ResultUnits[];
  readonly multipleExposureUnits: number;
  readonly sampleRatio: ResultSampleRatio;
  readonly metrics: readonly ResultMetric[];
  /** How tests are corrected for their number: "none", each stands alone; "bonferroni", those of success metrics share the level. */
  readonly correction: string;
  readonly queries: readonly { readonly label: string; readonly sql: string; readonly rows: number }[];
}

export interface ResultUnits {
  readonly variant: string;
  readonly units: number;
  /** In (0,1). */
  readonly expectedShare: number;
}

/** Chi-square test of the units against the expected shares. */
export interface ResultSampleRatio {
  readonly pValue: number | null;
  readonly alpha: number;
  readonly passed: boolean;
}

export interface ResultMetric {
  readonly metric: string;
  readonly role: MetricResult['role'];
  readonly kind: MetricKind;
  readonly direction: MetricResult['direction'];
  readonly unitOfMeasure: string | null;
  readonly variants: readonly ResultVariant[];
  readonly comparisons: readonly ResultComparison[];
}

export interface ResultVariant {
  readonly variant: string;
  readonly units: number;
  readonly sum: number;
  readonly mean: number | null;
  /** Of the units' numbers, with n - 1. */
  readonly standardDeviation: number | null;
}

export interface ResultComparison {
  readonly variant: string;
  readonly control: string;
  /** Null when it could not be computed, for the reason given. */
  readonly absolute: Estimate | null;
  readonly relative: Estimate | null;
  readonly pValue: number | null;
  readonly significant: boolean;
  /** Level of the test and one minus the level of the intervals. */
  readonly alpha: number;
  /** The test: score, corrected-score, welch-t, pooled-t or z; empty without one. */
  readonly method: string;
  /** What the test looks for: "two-sided". */
  readonly alternative: string;
  /** "regression" where the variants were made comparable by what units did before; null: by nothing. */
  readonly adjustment: string | null;
  /** 1 - variance of the adjusted over that of the plain difference. */
  readonly varianceReduction: number | null;
  /** Of a guardrail with a margin: whether the variant is shown to lose less. */
  /** Of the absolute difference, valid at every look; null: looked at once, or not estimable yet. */
  readonly alwaysValid: AlwaysValidTest | null;
  readonly nonInferiority: { readonly margin: number; readonly pValue: number | null; readonly shown: boolean } | null;
  readonly reason: string;
}

/** The results as the platform sends them. */
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
    sampleRatio: shownSampleRatio(sampleRatio ?? { alpha: 0, passed: true }),
    metrics: metrics.map((metric) => shownMetric(metricOf(metric))),
    correction: snapshot.correctionMethod === results.Correction.BONFERRONI ? 'bonferroni' : 'none',
    queries,
  };
}

export function shownSampleRatio({ pValue, alpha, passed }: SampleRatioCheck): ResultSampleRatio {
  return { pValue: pValue ?? null, alpha, passed };
}

/** A metric's results in the form that is printed. */
export function shownMetric(metric: MetricResult): ResultMetric {
  return {
    metric: metric.metric,
    role: metric.role,
    kind: metric.kind,
    direction: metric.direction,
    unitOfMeasure: metric.unitOfMeasure ?? null,
    variants: metric.variants.map(({ variant, units, sum, mean, standardDeviation }) => ({
      variant,
      units,
      sum,
      mean: mean ?? null,
      standardDeviation: standardDeviation ?? null,
    })),
    comparisons: metric.comparisons.map(shownComparison),
  };
}

function shownComparison(comparison: Comparison): ResultComparison {
  const { variant, control, alpha, method, test, adjustment, varianceReduction, nonInferiority, reason } = comparison;
  return {
    variant,
    control,
    absolute: test?.absolute ?? null,
    relative: test?.relative ?? null,
    pValue: test?.pValue ?? null,
    significant: test?.significant ?? false,
    alpha,
    method: method ?? '',
    alternative: 'two-sided',
    adjustment: adjustment ?? null,
    varianceReduction: varianceReduction ?? null,
    alwaysValid: comparison.alwaysValid ?? null,
    nonInferiority: nonInferiority
      ? { margin: nonInferiority.margin, pValue: nonInferiority.pValue ?? null, shown: nonInferiority.shown }
      : null,
    reason,
  };
}

function metricOf(message: results.MetricResult): MetricResult {
  return {
    metric: message.metric,
    role: message.metricRole === typesExperiment.MetricRole.GUARDRAIL ? 'guardrail' : 'success',
    kind: KINDS.get(message.metricKind) ?? 'average',
    direction: message.preferredDirection === typesMetric.Direction.DECREASE ? 'decrease' : 'increase',
    ...(message.unitOfMeasure !== '' && { unitOfMeasure: message.unitOfMeasure }),
    variants: message.variants,
    comparisons: message.comparisons.map(comparisonOf),
  };
}

function comparisonOf(message: results.Comparison): Comparison {
  const { variant, control, alpha, reason, estimable, absolute, relative, pValue, significant } = message;
  const method = METHODS.get(message.testMethod);
  return {
    variant,
    control,
    alpha,
    reason,
    ...(method && { method }),
    ...(message.adjustment === results.Adjustment.REGRESSION && { adjustment: 'regression' as const }),
    ...(message.varianceReduction !== undefined && { varianceReduction: message.varianceReduction }),
    ...(message.alwaysValid && { alwaysValid: message.alwaysValid }),
    ...(message.nonInferiority && { nonInferiority: message.nonInferiority }),
    ...(estimable &&
      absolute &&
      pValue !== undefined && { test: { absolute, ...(relative && { relative }), pValue, significant } }),
  };
}

const { MetricKind: Kind } = typesMetric;
const KINDS: ReadonlyMap<typesMetric.MetricKind, MetricKind> = new Map([
  [Kind.CONVERSION, 'conversion'],
  [Kind.AVERAGE, 'average'],
  [Kind.COUNT, 'count'],
  [Kind.COUNT_DISTINCT, 'countDistinct'],
  [Kind.RATIO, 'ratio'],
  [Kind.QUANTILE, 'quantile'],
  [Kind.RETENTION, 'retention'],
  [Kind.FUNNEL, 'funnel'],
]);
const { TestMethod } = results;
const METHODS: ReadonlyMap<results.TestMethod, NonNullable<Comparison['method']>> = new Map([
  [TestMethod.SCORE, 'score'],
  [TestMethod.CORRECTED_SCORE, 'corrected-score'],
  [TestMethod.WELCH_T, 'welch-t'],
  [TestMethod.POOLED_T, 'pooled-t'],
  [TestMethod.Z, 'z'],
]);
