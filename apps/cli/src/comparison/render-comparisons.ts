import Table from 'cli-table3';

import type { ComparedMetric } from './compared-row.js';
import { comparisonCells } from './comparison-cells.js';
import { comparisonNotes, confidenceOf, methodNames, rowNotes } from './comparison-notes.js';

/**
 * Writes metrics, one table each, and what their numbers are, for a person at a terminal.
 *
 * @param correction how the tests are corrected for their number: `none` or `bonferroni`.
 */
export function renderComparisons(metrics: readonly ComparedMetric[], correction: string): string {
  const notes = comparisonNotes(metrics, correction);
  return [
    ...metrics.map(renderMetric),
    ...(notes.length === 0 ? [] : [['How to read this:', ...notes.map((note) => `  ${note}`)].join('\n')]),
  ].join('\n\n');
}

function renderMetric(metric: ComparedMetric): string {
  const level = confidenceOf(metric.alpha);
  const table = new Table({
    head: ['variant', 'n', 'mean', 'difference', `${level}% interval`, 'relative', `${level}% interval`, 'p-value'],
    style: { head: [], border: [] },
  });
  for (const row of metric.rows) {
    const cells = comparisonCells(row, metric.kind);
    const compared = row.isControl
      ? ['control', '', '', '', '']
      : [cells.difference, cells.interval, cells.relative, cells.relativeInterval, cells.pValue];
    table.push([row.variant, cells.units, cells.mean, ...compared]);
  }
  const about = [metric.kind, ...metric.remarks, ...methodNames(metric)].join('; ');
  return [
    `${metric.metric} (${about})`,
    table.toString(),
    ...metric.rows.flatMap((row) => rowNotes(row, metric.kind)),
  ].join('\n');
}
