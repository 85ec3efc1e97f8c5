import Table from 'cli-table3';

import {
  formatChange,
  formatCount,
  formatDifference,
  formatNumber,
  formatPercent,
  formatPValue,
} from '../output/format-number.js';
import type { ExperimentResults, ResultMetric, ResultRange } from './experiment-results.js';

/** Writes the results of an experiment for a person at a terminal. */
export function renderResults(results: ExperimentResults): string {
  const { experiment, phase, computeTime, watermark, units, multipleExposureUnits, sampleRatio, metrics } = results;
  const total = units.reduce((sum, { units: n }) => sum + n, 0);
  return [
    `${experiment}, phase ${phase}`,
    `computed ${computeTime ?? 'never'}, events received up to ${watermark ?? 'none'}`,
    '',
    ...units.map(
      ({ variant, units: n, expectedShare }) =>
        `  ${variant.padEnd(20)} ${formatCount(n).padStart(10)} units  ${formatPercent(total === 0 ? 0 : n / total)} (expected ${formatPercent(expectedShare)})`,
    ),
    ...(multipleExposureUnits > 0
      ? [`  ${formatCount(multipleExposureUnits)} units saw more than one variant and count in none`]
      : []),
    '',
    renderSampleRatio(sampleRatio),
    '',
    renderMetrics(metrics),
  ].join('\n');
}

function renderSampleRatio({ pValue, passed }: ExperimentResults['sampleRatio']): string {
  if (pValue === null) return 'Sample ratio: too few units to tell.';
  return passed
    ? `Sample ratio: fits the allocation (p = ${formatPValue(pValue)}).`
    : `Sample ratio MISMATCH (p = ${formatPValue(pValue)}): find out why before reading on.`;
}

function renderMetrics(metrics: readonly ResultMetric[]): string {
  const table = new Table({
    head: ['metric', 'variant', 'mean', 'difference', 'interval', 'relative', 'interval', 'p-value'],
    style: { head: [], border: [] },
  });
  for (const { metric, kind, variants, comparisons } of metrics) {
    const mean = kind === 'conversion' ? formatPercent : formatNumber;
    for (const variant of variants) {
      const compared = comparisons.find((comparison) => comparison.variant === variant.variant);
      const shown = [metric, variant.variant, variant.mean === null ? '-' : mean(variant.mean)];
      if (!compared) table.push([...shown, 'control', '', '', '', '']);
      else if (compared.absolute === null) table.push([...shown, { colSpan: 5, content: compared.reason }]);
      else {
        const { absolute, relative, pValue, significant } = compared;
        table.push([
          ...shown,
          formatDifference(absolute.value),
          renderRange(absolute, formatDifference),
          relative === null ? '-' : formatChange(relative.value),
          relative === null ? '-' : renderRange(relative, formatChange),
          pValue === null ? '-' : `${formatPValue(pValue)}${significant ? ' *' : ''}`,
        ]);
      }
    }
  }
  return table.toString();
}

function renderRange({ lower, upper }: ResultRange, format: (value: number) => string): string {
  return `[${format(lower)}, ${format(upper)}]`;
}
