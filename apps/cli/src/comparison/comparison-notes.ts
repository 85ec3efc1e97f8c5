import { METRIC_FORMS } from '@sortition/declaration';

import { formatNumber, formatP, formatPercent } from '../output/format-number.js';
import type { ComparedMetric, ComparedRow } from './compared-row.js';
import { comparisonCells } from './comparison-cells.js';

/** The confidence of the intervals in percent: `95` for a level of 0.05. */
export function confidenceOf(alpha: number): string {
  return formatNumber((1 - alpha) * 100);
}

/**
 * What the numbers of a comparison are, in sentences; only what occurs is explained.
 *
 * @param correction how the tests are corrected for their number: `none` or `bonferroni`.
 */
export function comparisonNotes(metrics: readonly ComparedMetric[], correction: string): readonly string[] {
  const rows = metrics.flatMap((metric) => metric.rows);
  const methods = new Set(rows.flatMap(({ method }) => (method === null ? [] : [method])));
  const tested = metrics.flatMap(({ alpha, rows: of }) => of.flatMap(({ pValue }) => (pValue === null ? [] : [alpha])));
  if (tested.length === 0) return [];
  const isWatched = metrics.some(({ look }) => look === 'again and again');
  return [
    ...(isWatched ? watchedNotes([...new Set(tested)]) : [levelNote([...new Set(tested)])]),
    ...Object.entries(METHODS).flatMap(([method, sentence]) => (methods.has(method) ? [sentence] : [])),
    ...(metrics.some(({ kind }) => kind === 'ratio') ? [RATIO_NOTE] : []),
    ...(metrics.some(({ kind }) => METRIC_FORMS[kind].format === 'share')
      ? ['pp are percentage points: the difference of two percentages.']
      : []),
    'The relative difference is the difference in percent of the mean of the control.',
    correction === 'none' ? standAloneNote(tested) : SHARED_LEVEL_NOTE,
    ...(isWatched ? [] : [ONE_LOOK_NOTE]),
  ];
}

/** What stands below a metric's table about one variant. */
export function rowNotes(row: ComparedRow, kind: ComparedMetric['kind']): readonly string[] {
  const { variant, varianceReduction, nonInferiority, alwaysValid, reason } = row;
  return [
    ...(alwaysValid === null ? [] : [`${variant}: at any look ${comparisonCells(row, kind).alwaysValid}`]),
    ...(varianceReduction === null
      ? []
      : [
          `${variant}: adjusted by what units did before their first exposure, which changes the variance by ${formatPercent(-varianceReduction)}`,
        ]),
    ...(nonInferiority === null ? [] : [`${variant}: ${marginNote(nonInferiority)}`]),
    ...(reason === null ? [] : [`${variant}: ${reason}`]),
  ];
}

function marginNote({ margin, pValue, shown }: NonNullable<ComparedRow['nonInferiority']>): string {
  const test = pValue === null ? 'not estimable' : `one-sided, ${formatP(pValue)}`;
  const loss = `a loss of ${formatPercent(margin)} or more is`;
  return shown ? `${loss} ruled out (${test})` : `${loss} NOT ruled out (${test})`;
}

/** Results that can be looked at any time: only what holds at every look is marked. */
function watchedNotes(levels: readonly number[]): readonly string[] {
  const [level] = levels;
  const confidence =
    levels.length === 1 && level !== undefined ? `${confidenceOf(level)}%` : 'as the heading of their column says';
  return [
    `Intervals have confidence ${confidence}. Those in the table and their p-values belong to two-sided tests for one look at a time that was fixed beforehand.`,
    '"At any look" gives the interval of the difference and the p-value that hold however often one looks; * marks a difference that they find, and nothing is marked before they can be told.',
  ];
}

function levelNote(levels: readonly number[]): string {
  const [level] = levels;
  const isOne = levels.length === 1 && level !== undefined;
  const confidence = isOne ? `${confidenceOf(level)}%` : 'as the heading of their column says';
  const most = isOne ? formatNumber(level) : `the level of its metric, ${levels.map(formatNumber).join(' or ')}`;
  return `Intervals have confidence ${confidence}. p-values belong to two-sided tests of no difference; * marks a p-value of at most ${most}, and then neither interval contains 0.`;
}

function standAloneNote(levels: readonly number[]): string {
  if (levels.length === 1) return 'There is one comparison, so there is nothing to correct for.';
  const expected = formatNumber(Number(levels.reduce((sum, level) => sum + level, 0).toPrecision(2)));
  return `Nothing is corrected for the number of comparisons: if nothing differed, ${expected} of these ${levels.length} would be marked by chance on average.`;
}

const SHARED_LEVEL_NOTE =
  "The comparisons of success metrics share the experiment's level evenly (Bonferroni): if nothing differed, the chance that any of them is marked would be at most that level. Guardrails stand alone, as each can only hold a variant back.";

const ONE_LOOK_NOTE =
  'Each number holds for one look at a time that was fixed beforehand; whoever looks again and again finds more by chance.';

const RATIO_NOTE = 'Ratios: one sum over another, with the standard error of the delta method over units.';

/** By the names of the statistics library. */
const METHODS: Readonly<Record<string, string>> = {
  score:
    'Conversions: score test of two proportions (z-test with pooled variance), and the intervals of all values that it does not reject.',
  'corrected-score':
    'Few conversions (the smaller variant would have fewer than 5 if nothing differed): score test corrected for skewness and continuity.',
  'welch-t': "Averages: Welch's t-test; the relative interval is Fieller's.",
  'pooled-t':
    'Averages of which few units have a value other than 0: t-test with the variance of both variants together, so that one with hardly any is not taken for certain.',
  z: 'Quantiles: z-test with the standard error that follows from the width of an outer interval.',
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
  z: 'z-test',
};
