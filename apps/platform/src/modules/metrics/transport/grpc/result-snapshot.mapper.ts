import { results, typesExperiment, typesMetric } from '@sortition/contracts';
import type { Comparison, Correction, MetricResult, MetricRole } from '@sortition/metrics';

import type { ResultSnapshot } from '../../domain/result-snapshot.js';

/** The message of a snapshot. */
export function resultSnapshotMessage(snapshot: ResultSnapshot): results.ResultSnapshot {
  const { id, experiment, computedAt, watermark, phase, units, multipleExposureUnits, sampleRatio } = snapshot;
  const { correction = 'none' } = snapshot;
  return {
    id,
    experiment,
    computeTime: computedAt,
    watermark,
    phase,
    units: [...units],
    multipleExposureUnits,
    sampleRatio,
    metrics: snapshot.metrics.map(metricMessage),
    queries: [...snapshot.queries],
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- programs that read the word go on
    correction,
    correctionMethod: CORRECTIONS[correction],
  };
}

function metricMessage(metric: MetricResult): results.MetricResult {
  return {
    ...metric,
    variants: [...metric.variants],
    comparisons: metric.comparisons.map(comparisonMessage),
    metricRole: ROLES[metric.role],
    metricKind: KINDS[metric.kind],
    preferredDirection: DIRECTIONS[metric.direction],
    unitOfMeasure: metric.unitOfMeasure ?? '',
  };
}

function comparisonMessage(comparison: Comparison): results.Comparison {
  const { variant, control, alpha, reason, method, test, adjustment, varianceReduction, nonInferiority, alwaysValid } =
    comparison;
  return {
    variant,
    control,
    alpha,
    reason,
    estimable: test !== undefined,
    absolute: test?.absolute,
    relative: test?.relative,
    pValue: test?.pValue,
    significant: test?.significant ?? false,
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- programs that read the word go on
    method: method ?? '',
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- programs that read the word go on
    alternative: 'two-sided',
    testMethod: method ? METHODS[method] : results.TestMethod.UNSPECIFIED,
    testAlternative: results.Alternative.TWO_SIDED,
    adjustment: adjustment ? results.Adjustment.REGRESSION : results.Adjustment.UNSPECIFIED,
    varianceReduction,
    nonInferiority,
    alwaysValid,
  };
}

const CORRECTIONS: Readonly<Record<Correction, results.Correction>> = {
  none: results.Correction.NONE,
  bonferroni: results.Correction.BONFERRONI,
};
const ROLES: Readonly<Record<MetricRole, typesExperiment.MetricRole>> = {
  success: typesExperiment.MetricRole.SUCCESS,
  guardrail: typesExperiment.MetricRole.GUARDRAIL,
};
const KINDS: Readonly<Record<MetricResult['kind'], typesMetric.MetricKind>> = {
  conversion: typesMetric.MetricKind.CONVERSION,
  average: typesMetric.MetricKind.AVERAGE,
  count: typesMetric.MetricKind.COUNT,
  countDistinct: typesMetric.MetricKind.COUNT_DISTINCT,
  ratio: typesMetric.MetricKind.RATIO,
  quantile: typesMetric.MetricKind.QUANTILE,
  retention: typesMetric.MetricKind.RETENTION,
  funnel: typesMetric.MetricKind.FUNNEL,
};
const DIRECTIONS: Readonly<Record<MetricResult['direction'], typesMetric.Direction>> = {
  increase: typesMetric.Direction.INCREASE,
  decrease: typesMetric.Direction.DECREASE,
};
const METHODS: Readonly<Record<NonNullable<Comparison['method']>, results.TestMethod>> = {
  score: results.TestMethod.SCORE,
  'corrected-score': results.TestMethod.CORRECTED_SCORE,
  'welch-t': results.TestMethod.WELCH_T,
  'pooled-t': results.TestMethod.POOLED_T,
  z: results.TestMethod.Z,
};
