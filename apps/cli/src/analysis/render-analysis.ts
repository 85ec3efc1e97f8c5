import Table from 'cli-table3';

import type { ComparedMetric } from '../comparison/compared-row.js';
import { renderComparisons } from '../comparison/render-comparisons.js';
import { counted } from '../output/counted.js';
import { formatCount, formatP, formatPercent } from '../output/format-number.js';
import type { AnalysisResult, MetricAnalysis } from './analysis-result.js';

/** Writes an analysis for a person at a terminal. */
export function renderAnalysis(result: AnalysisResult): string {
  const [what, of] = result.unit === null ? ['row', ''] : ['unit', ` of "${result.unit}"`];
  return [
    `${counted(result.units, what)}${of} in ${result.file}, control "${result.control}"`,
    renderArms(result),
    renderSampleRatio(result),
    renderComparisons(result.metrics.map(comparedMetric), result.alpha),
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
  const pValue = srm.pValue === null ? 'p-value not available' : formatP(srm.pValue);
  const test = `chi-square test, ${pValue}, mismatch below ${srm.alpha}`;
  return srm.passed
    ? `Sample ratio: fits the weights (${test}).`
    : `Sample ratio MISMATCH (${test}): the arms are not of the sizes that the weights expect. Find out why before reading on.`;
}

function comparedMetric({ metric, kind, arms }: MetricAnalysis): ComparedMetric {
  return { metric, kind, remarks: [], rows: arms.map(({ arm, n, ...row }) => ({ variant: arm, units: n, ...row })) };
}
