import type { results } from '@sortition/contracts';

import type { Comparison, MetricResult, ResultSnapshot } from '../../domain/result-snapshot.js';

/** The message of a snapshot. */
export function resultSnapshotMessage(snapshot: ResultSnapshot): results.ResultSnapshot {
  const { id, experiment, computedAt, watermark, phase, units, multipleExposureUnits, sampleRatio } = snapshot;
  return {
    id,
    experiment,
    computeTime: computedAt,
    watermark,
    phase,
    units,
    multipleExposureUnits,
    sampleRatio,
    metrics: snapshot.metrics.map(metricMessage),
    queries: snapshot.queries,
    correction: snapshot.correction ?? 'none',
  };
}

function metricMessage(metric: MetricResult): results.MetricResult {
  return { ...metric, comparisons: metric.comparisons.map(comparisonMessage) };
}

function comparisonMessage({ variant, control, alpha, reason, method, test }: Comparison): results.Comparison {
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
    method: method ?? '',
    alternative: 'two-sided',
  };
}
