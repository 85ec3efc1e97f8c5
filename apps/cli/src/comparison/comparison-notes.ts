import { formatNumber } from '../output/format-number.js';
import type { ComparedMetric } from './compared-row.js';

/** The confidence of the intervals in percent: `95` for a level of 0.05. */
export function confidenceOf(alpha: number): string {
  return formatNumber((1 - alpha) * 100);
}

/** What the numbers of a comparison are, in sentences; only what occurs is explained. */
export function comparisonNotes(metrics: readonly ComparedMetric[], alpha: number): readonly string[] {
  const rows = metrics.flatMap((metric) => metric.rows);
  const methods = new Set(rows.flatMap(({ method }) => (method === null ? [] : [method])));
  const tests = rows.filter(({ pValue }) => pValue !== null).length;
  if (tests === 0) return [];
  const hasConversion = metrics.some(({ kind }) => kind === 'conversion');
  return [
    `Intervals have confidence ${confidenceOf(alpha)}%. p-values belong to two-sided tests of no difference; * marks a p-value of at most ${formatNumber(alpha)}, and then neither interval contains 0.`,
    ...Object.entries(METHODS).flatMap(([method, sentence]) => (methods.has(method) ? [sentence] : [])),
    ...(hasConversion ? ['pp are percentage points: the difference of two percentages.'] : []),
    'The relative difference is the difference in percent of the mean of the control.',
    correctionNote(tests, alpha),
    'Each number holds for one look at a time that was fixed beforehand; whoever looks again and again finds more by chance.',
  ];
}

function correctionNote(tests: number, alpha: number): string {
  if (tests === 1) return 'There is one comparison, so there is nothing to correct for.';
  const expected = formatNumber(Number((tests * alpha).toPrecision(2)));
  return `Nothing is corrected for the number of comparisons: if nothing differed, ${expected} of these ${tests} would be marked by chance on average.`;
}

/** By the names of the statistics library. */
const METHODS: Readonly<Record<string, string>> = {
  score:
    'Conversions: score test of two proportions (z-test with pooled variance), and the intervals of all values that it does not reject.',
  'corrected-score':
    'Few conversions (the smaller arm would have fewer than 5 if nothing differed): score test corrected for skewness and continuity.',
  'welch-t': "Averages: Welch's t-test; the relative interval is Fieller's.",
  'pooled-t':
    'Averages of which few units have a value other than 0: t-test with the variance of both arms together, so that an arm with hardly any is not taken for certain.',
};

/** A short name of the tests behind a metric, for a heading. */
export function methodNames({ rows }: ComparedMetric): readonly string[] {
  const methods = new Set(rows.flatMap(({ method }) => (method === null ? [] : [method])));
  return [...methods].map((method) => NAMES[method] ?? method);
}

const NAMES: Readonly<Record<string, string>> = {
  score: 'score test',
  'corrected-score': 'corrected score test, few events',
  'welch-t': "Welch's t-test",
  'pooled-t': 'pooled t-test, few values other than 0',
};
