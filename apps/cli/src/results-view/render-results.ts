import { renderComparisons } from '../comparison/render-comparisons.js';
import { counted } from '../output/counted.js';
import { formatCount, formatP, formatPercent } from '../output/format-number.js';
import { comparedMetric } from './compared-metrics.js';
import type { ExperimentResults } from './experiment-results.js';

const NOBODY_EXPOSED =
  'No exposure counts yet. Evaluations in bulk, and in process by flagd, record none: "sortition doctor" names such flags.';

/** Writes the results of an experiment for a person at a terminal. */
export function renderResults(results: ExperimentResults): string {
  const { experiment, phase, computeTime, watermark, units, multipleExposureUnits, sampleRatio } = results;
  const total = units.reduce((sum, { units: n }) => sum + n, 0);
  return [
    `${experiment}, phase ${phase}`,
    `computed ${computeTime ?? 'never'}, events received up to ${watermark ?? 'none'}`,
    '',
    ...units.map(
      ({ variant, units: n, expectedShare }) =>
        `  ${variant.padEnd(20)} ${formatCount(n).padStart(10)} ${n === 1 ? 'unit ' : 'units'}  ${formatPercent(total === 0 ? 0 : n / total)} (expected ${formatPercent(expectedShare)})`,
    ),
    ...(multipleExposureUnits > 0 ? [`  ${multipleExposureNote(multipleExposureUnits)}`] : []),
    ...(total === 0 ? [`  ${NOBODY_EXPOSED}`] : []),
    '',
    renderSampleRatio(sampleRatio),
    '',
    renderComparisons(
      results.metrics.map((metric) => comparedMetric(metric, 'again and again')),
      results.correction,
    ),
  ].join('\n');
}

/** What it means that units are in no variant. */
export function multipleExposureNote(units: number): string {
  if (units === 0) return 'no unit saw more than one variant';
  const saw = counted(units, 'unit');
  return `${saw} saw more than one variant in this phase: neither they nor their events count in any`;
}

function renderSampleRatio({ pValue, alpha, passed }: ExperimentResults['sampleRatio']): string {
  if (pValue === null) return 'Sample ratio: too few units to tell.';
  const test = `chi-square test, ${formatP(pValue)}, mismatch below ${alpha}`;
  return passed
    ? `Sample ratio: fits the allocation (${test}).`
    : `Sample ratio MISMATCH (${test}): find out why before reading on.`;
}
