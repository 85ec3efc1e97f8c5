import type { ComparedMetric, ComparedRow } from '../comparison/compared-row.js';
import { comparisonCells } from '../comparison/comparison-cells.js';
import type { ComparisonCells } from '../comparison/comparison-cells.js';
import { comparisonNotes, confidenceOf, rowNotes } from '../comparison/comparison-notes.js';
import type { DemoOutcome } from '../demo/run-demo.js';
import { counted } from '../output/counted.js';
import { formatChange, formatCount, formatNumber, formatP, formatPercent } from '../output/format-number.js';
import { comparedMetric } from '../results-view/compared-metrics.js';
import type { ExperimentResults } from '../results-view/experiment-results.js';
import { multipleExposureNote } from '../results-view/render-results.js';
import { escapeHtml } from './escape-html.js';
import { intervalPlot } from './interval-plot.js';
import { REPORT_STYLE } from './report-style.js';

/** Writes the demo's results as one HTML page that needs nothing from outside. */
export function renderReport({ visitors, processes, seconds, experiments }: DemoOutcome): string {
  const facts: readonly (readonly [string, string])[] = [
    ['Visitors', formatCount(visitors)],
    ['Application processes', formatCount(processes)],
    ['Served and acknowledged in', `${seconds.visits} s`],
    ['Start to results', `${seconds.total} s`],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sortition demo: results</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
<header>
<p class="product">Sortition</p>
<h1>Demo results</h1>
<p class="lead">Simulated visitors of a shop, through the OpenFeature SDK, an embedded platform and back. One experiment has a true effect; in the other, an A/A, both variants are the same.</p>
<dl class="facts">${facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join('')}</dl>
</header>
${experiments.map(renderExperiment).join('\n')}
<footer><p>A difference that is found however often one looks is drawn filled and marked with *.</p></footer>
</main>
</body>
</html>
`;
}

function renderExperiment(results: ExperimentResults): string {
  const key = results.experiment.split('/').at(-1) ?? results.experiment;
  const heading = `experiment-${key.replace(/[^a-z0-9-]/g, '-')}`;
  const metrics = results.metrics.map((metric) => comparedMetric(metric, 'again and again'));
  const columns = ['Metric', 'Variant', 'n', 'Mean', 'Difference and interval', 'Relative and interval', 'p-value'];
  return `<section aria-labelledby="${heading}">
<h2 id="${heading}">${escapeHtml(key)}</h2>
${renderHealth(results)}
${renderPlot(key, metrics)}
<div class="scroll"><table>
<caption>Each variant on each metric</caption>
<thead><tr>${columns.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead>
<tbody>${metrics.flatMap(renderMetric).join('')}</tbody>
</table></div>
<ul class="notes">${[...metrics.flatMap(metricNotes), ...comparisonNotes(metrics, results.correction)]
    .map((note) => `<li>${escapeHtml(note)}</li>`)
    .join('')}</ul>
${results.queries.map(({ label, sql, rows }) => `<details><summary>SQL of ${escapeHtml(label)} (${formatCount(rows)} rows)</summary><pre>${escapeHtml(sql)}</pre></details>`).join('')}
<p class="note">Snapshot ${escapeHtml(results.id)}, events received up to ${escapeHtml(results.watermark ?? 'none')}.</p>
</section>`;
}

function renderHealth({ units, sampleRatio, multipleExposureUnits }: ExperimentResults): string {
  const total = units.reduce((sum, { units: n }) => sum + n, 0);
  const shares = units.map(
    ({ variant, units: n }) => `${escapeHtml(variant)} ${formatPercent(total === 0 ? 0 : n / total)}`,
  );
  const ratio =
    sampleRatio.pValue === null
      ? 'too few units'
      : `chi-square test, ${formatP(sampleRatio.pValue)}, mismatch below ${sampleRatio.alpha}`;
  return `<ul class="health">
<li class="${sampleRatio.passed ? 'good' : 'bad'}">Sample ratio ${sampleRatio.passed ? 'fits' : 'MISMATCH'} (${escapeHtml(ratio)})</li>
<li>${counted(total, 'unit')}: ${shares.join(', ')}</li>
<li>${multipleExposureNote(multipleExposureUnits)}</li>
</ul>`;
}

/** What is to be said of one metric: the confidence of its intervals, and what stands out in a row. */
function metricNotes({ metric, kind, alpha, rows }: ComparedMetric): readonly string[] {
  const notes = rows.flatMap((row) => rowNotes({ ...row, reason: null }, kind));
  return [`${metric}: intervals with confidence ${confidenceOf(alpha)}%`, ...notes.map((note) => `${metric}, ${note}`)];
}

function renderPlot(key: string, metrics: readonly ComparedMetric[]): string {
  const intervals = metrics.flatMap(({ metric, alpha, rows }) =>
    rows.flatMap(({ variant, relativeDifference: value, relativeInterval: interval, isMarked }) => {
      if (value === null || interval === null) return [];
      const { lower, upper } = interval;
      const level = confidenceOf(alpha);
      return [{ label: `${metric}: ${variant}`, level, value, lower, upper, isSignificant: isMarked }];
    }),
  );
  if (intervals.length === 0) return '<p class="note">There is no interval to draw yet.</p>';
  const said = intervals.map(
    ({ label, level, value, lower, upper }) =>
      `${label} ${formatChange(value)}, ${level}% interval ${formatChange(lower)} to ${formatChange(upper)}`,
  );
  return `<figure>${intervalPlot(intervals, formatShortPercent, `${key}: relative differences to the control. ${said.join('; ')}.`)}
<figcaption>Relative difference to the control, with its interval</figcaption></figure>`;
}

function formatShortPercent(share: number): string {
  return `${share > 0 ? '+' : ''}${formatNumber(share * 100)}%`;
}

function renderMetric(metric: ComparedMetric): readonly string[] {
  return metric.rows.map((row) => {
    const cells = comparisonCells(row, metric.kind);
    return `<tr><th scope="row">${escapeHtml(metric.metric)}</th><td>${escapeHtml(row.variant)}</td><td class="number">${cells.units}</td><td class="number">${cells.mean}</td>${renderComparison(row, cells)}</tr>`;
  });
}

function renderComparison(row: ComparedRow, cells: ComparisonCells): string {
  if (row.isControl) return '<td class="muted" colspan="3">control</td>';
  if (row.interval === null) return `<td class="muted" colspan="3">${escapeHtml(row.reason ?? '')}</td>`;
  const relative =
    row.relativeInterval === null ? escapeHtml(row.reason ?? '-') : renderRange(cells.relative, cells.relativeInterval);
  return [
    `<td class="number">${renderRange(cells.difference, cells.interval)}</td>`,
    `<td class="number">${relative}</td>`,
    `<td class="number${row.isMarked ? ' found' : ''}">${escapeHtml(cells.pValue)}</td>`,
  ].join('');
}

function renderRange(value: string, interval: string): string {
  return `<strong>${value}</strong> <span class="muted">${interval}</span>`;
}
