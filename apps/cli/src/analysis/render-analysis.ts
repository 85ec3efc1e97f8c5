import Table from 'cli-table3';

import { renderComparisons } from '../comparison/render-comparisons.js';
import { counted } from '../output/counted.js';
import { formatCount, formatP, formatPercent } from '../output/format-number.js';
import { comparedMetric } from '../results-view/compared-metrics.js';
import type { AnalysisResult } from './analysis-result.js';

/** Writes an analysis for a person at a terminal. */
export function renderAnalysis(result: AnalysisResult): string {
  const [what, of] = result.unit === null ? ['row', ''] : ['unit', ` of "${result.unit}"`];
  return [
    `${counted(unitsOf(result), what)}${of} in ${result.file}, control "${result.control}"`,
    renderUnits(result),
    renderSampleRatio(result),
    renderComparisons(
      // A file says nothing of roles and directions.
      result.metrics.map((metric) => ({ ...comparedMetric(metric, 'once'), remarks: [] })),
      result.correction,
    ),
  ].join('\n\n');
}

function unitsOf({ units }: AnalysisResult): number {
  return units.reduce((sum, variant) => sum + variant.units, 0);
}

function renderUnits(result: AnalysisResult): string {
  const table = new Table({ head: ['variant', 'units', 'share', 'expected'], style: { head: [], border: [] } });
  const total = unitsOf(result);
  for (const { variant, units, expectedShare } of result.units) {
    table.push([variant, formatCount(units), formatPercent(units / total), formatPercent(expectedShare)]);
  }
  return table.toString();
}

function renderSampleRatio({ sampleRatio }: AnalysisResult): string {
  const pValue = sampleRatio.pValue === null ? 'p-value not available' : formatP(sampleRatio.pValue);
  const test = `chi-square test, ${pValue}, mismatch below ${sampleRatio.alpha}`;
  return sampleRatio.passed
    ? `Sample ratio: fits the weights (${test}).`
    : `Sample ratio MISMATCH (${test}): the variants are not of the sizes that the weights expect. Find out why before reading on.`;
}
