import type { DemoOutcome } from '../demo/run-demo.js';
import {
  formatChange,
  formatCount,
  formatDifference,
  formatNumber,
  formatPercent,
  formatPValue,
} from '../output/format-number.js';
import type {
  ExperimentResults,
  ResultComparison,
  ResultMetric,
  ResultRange,
} from '../results-view/experiment-results.js';
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
<footer><p>Intervals are confidence intervals of the relative difference to the control; one that does not cross 0 is drawn filled. Two metrics are read in each experiment without correction, so a test of an A/A finds something by chance about once in twenty.</p></footer>
</main>
</body>
</html>
`;
}

function renderExperiment(results: ExperimentResults): string {
  const key = results.experiment.split('/').at(-1) ?? results.experiment;
  const heading = `experiment-${key.replace(/[^a-z0-9-]/g, '-')}`;
  return `<section aria-labelledby="${heading}">
<h2 id="${heading}">${escapeHtml(key)}</h2>
${renderHealth(results)}
${renderPlot(key, results.metrics)}
<div class="scroll"><table>
<caption>Each variant on each metric</caption>
<thead><tr>${['Metric', 'Variant', 'Units', 'Mean', 'Difference', 'Relative difference', 'p-value'].map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead>
<tbody>${results.metrics.flatMap(renderMetric).join('')}</tbody>
</table></div>
${results.queries.map(({ label, sql, rows }) => `<details><summary>SQL of ${escapeHtml(label)} (${formatCount(rows)} rows)</summary><pre>${escapeHtml(sql)}</pre></details>`).join('')}
<p class="note">Snapshot ${escapeHtml(results.id)}, events received up to ${escapeHtml(results.watermark ?? 'none')}.</p>
</section>`;
}

function renderHealth({ units, sampleRatio, multipleExposureUnits }: ExperimentResults): string {
  const total = units.reduce((sum, { units: n }) => sum + n, 0);
  const shares = units.map(
    ({ variant, units: n }) => `${escapeHtml(variant)} ${formatPercent(total === 0 ? 0 : n / total)}`,
  );
  const ratio = sampleRatio.pValue === null ? 'too few units' : `p = ${formatPValue(sampleRatio.pValue)}`;
  return `<ul class="health">
<li class="${sampleRatio.passed ? 'good' : 'bad'}">Sample ratio ${sampleRatio.passed ? 'fits' : 'MISMATCH'} (${ratio})</li>
<li>${formatCount(total)} units: ${shares.join(', ')}</li>
<li>${formatCount(multipleExposureUnits)} units saw more than one variant</li>
</ul>`;
}

function renderPlot(key: string, metrics: readonly ResultMetric[]): string {
  const intervals = metrics.flatMap(({ metric, comparisons }) =>
    comparisons.flatMap(({ variant, relative, significant }) =>
      relative === null ? [] : [{ label: `${metric}: ${variant}`, ...relative, isSignificant: significant }],
    ),
  );
  if (intervals.length === 0) return '<p class="note">There is no interval to draw yet.</p>';
  const said = intervals.map(
    ({ label, value, lower, upper }) =>
      `${label} ${formatChange(value)}, interval ${formatChange(lower)} to ${formatChange(upper)}`,
  );
  return `<figure>${intervalPlot(intervals, formatShortPercent, `${key}: relative differences to the control. ${said.join('; ')}.`)}
<figcaption>Relative difference to the control</figcaption></figure>`;
}

function formatShortPercent(share: number): string {
  return `${share > 0 ? '+' : ''}${formatNumber(share * 100)}%`;
}

function renderMetric({ metric, kind, variants, comparisons }: ResultMetric): readonly string[] {
  const mean = kind === 'conversion' ? formatPercent : formatNumber;
  return variants.map((variant) => {
    const compared = comparisons.find((comparison) => comparison.variant === variant.variant);
    return `<tr><th scope="row">${escapeHtml(metric)}</th><td>${escapeHtml(variant.variant)}</td><td class="number">${formatCount(variant.units)}</td><td class="number">${variant.mean === null ? '-' : mean(variant.mean)}</td>${renderComparison(compared)}</tr>`;
  });
}

function renderComparison(compared: ResultComparison | undefined): string {
  if (!compared) return '<td class="muted" colspan="3">control</td>';
  if (compared.absolute === null) return `<td class="muted" colspan="3">${escapeHtml(compared.reason)}</td>`;
  const { absolute, relative, pValue, significant } = compared;
  return [
    `<td class="number">${renderRange(absolute, formatDifference)}</td>`,
    `<td class="number">${relative === null ? '-' : renderRange(relative, formatChange)}</td>`,
    `<td class="number${significant ? ' found' : ''}">${pValue === null ? '-' : escapeHtml(formatPValue(pValue))}</td>`,
  ].join('');
}

function renderRange({ value, lower, upper }: ResultRange, format: (value: number) => string): string {
  return `<strong>${format(value)}</strong> <span class="muted">${format(lower)} to ${format(upper)}</span>`;
}
