import Table from 'cli-table3';

import {
  formatChange,
  formatCount,
  formatDifference,
  formatNumber,
  formatPercent,
  formatPValue,
} from '../output/format-number.js';
import type { AnalysisResult, ArmAnalysis, Interval, MetricAnalysis } from './analysis-result.js';

/** Writes an analysis for a person at a terminal. */
export function renderAnalysis(result: AnalysisResult): string {
  const of = result.unit === null ? 'rows' : `units of "${result.unit}"`;
  return [
    `${formatCount(result.units)} ${of} in ${result.file}, control "${result.control}"`,
    renderArms(result),
    renderSampleRatio(result),
    ...result.metrics.map((metric) => renderMetric(metric, result.alpha)),
  ].join('\n\n');
}

function renderArms({ arms, units }: AnalysisResult): string {
  const table = new Table({ head: ['arm', 'units', 'share', 'expected'], style: { head: [], border: [] } });
  for (const { arm, n, expectedShare } of arms) {
    table.push([arm, formatCount(n), formatPercent(n / units), formatPercent(expectedShare)]);
  }
  return table.toString();
}

function renderSampleRatio({ srm }: AnalysisResult): string {
  const pValue = srm.pValue === null ? 'not available' : formatPValue(srm.pValue);
  return srm.passed
    ? `Sample ratio: fits the weights (p = ${pValue}).`
    : `Sample ratio MISMATCH (p = ${pValue}): the arms are not of the sizes that the weights expect. Find out why before reading on.`;
}

function renderMetric({ metric, kind, arms }: MetricAnalysis, alpha: number): string {
  const level = formatNumber((1 - alpha) * 100);
  const table = new Table({
    head: ['arm', 'mean', 'difference', `${level}% interval`, 'relative', `${level}% interval`, 'p-value'],
    style: { head: [], border: [] },
  });
  const mean = kind === 'conversion' ? formatPercent : formatNumber;
  for (const arm of arms) table.push([arm.arm, mean(arm.mean), ...renderComparison(arm)]);
  const reasons = arms.flatMap(({ arm, reason }) => (reason === null ? [] : [`${arm}: ${reason}`]));
  return [`${metric} (${kind})`, table.toString(), ...reasons].join('\n');
}

function renderComparison(arm: ArmAnalysis): readonly string[] {
  if (arm.isControl) return ['control', '', '', '', ''];
  const mark = arm.significant === true ? ' *' : '';
  return [
    arm.difference === null ? '-' : formatDifference(arm.difference),
    renderInterval(arm.interval, formatDifference),
    arm.relativeDifference === null ? '-' : formatChange(arm.relativeDifference),
    renderInterval(arm.relativeInterval, formatChange),
    arm.pValue === null ? '-' : `${formatPValue(arm.pValue)}${mark}`,
  ];
}

function renderInterval(interval: Interval | null, format: (value: number) => string): string {
  return interval === null ? '-' : `[${format(interval.lower)}, ${format(interval.upper)}]`;
}
