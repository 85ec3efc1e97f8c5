import type { FieldViolation } from '@sortition/kernel';

import { violationOf } from '../../configuration-errors.js';
import type { EventSelection, MetricCap, MetricDefinition, PropertyFilter } from './metric-definition.js';
import { METRIC_FORMS, type SpecialField } from './metric-form.js';

const EVENT_LENGTH = 256;
const MAX_FILTERS = 20;
const MAX_VALUES = 100;
const MAX_STEPS = 20;

/** Names of the special properties in a declaration. */
const NAMES: Readonly<Record<SpecialField, string>> = {
  property: 'property',
  denominator: 'denominator',
  quantile: 'quantile',
  steps: 'steps',
  cap: 'cap',
  unitsWithoutEvents: 'unitsWithoutEvents',
  covariateWindowMs: 'covariateWindow',
  windowStartMs: 'windowStart',
};

/** What is wrong with a metric by itself. */
export function metricProblems(metric: MetricDefinition, at: string): readonly FieldViolation[] {
  return [
    ...formProblems(metric, at),
    ...selectionProblems(metric, at),
    ...windowProblems(metric, at),
    ...capProblems(metric.cap, `${at}.cap`),
    ...(metric.denominator ? selectionProblems(metric.denominator, `${at}.denominator`) : []),
    ...stepProblems(metric.steps, `${at}.steps`),
    ...rangeProblems(metric, at),
  ];
}

function formProblems(metric: MetricDefinition, at: string): readonly FieldViolation[] {
  const { needs, takes } = METRIC_FORMS[metric.kind];
  const fields = Object.keys(NAMES) as readonly SpecialField[];
  return fields.flatMap((field) => {
    const isGiven = metric[field] !== undefined;
    const path = `${at}.${NAMES[field]}`;
    if (needs.includes(field)) {
      return isGiven ? [] : [violationOf(path, metric[field], `must be given for a metric of kind "${metric.kind}"`)];
    }
    if (!isGiven || takes.includes(field)) return [];
    return [violationOf(path, metric[field], `must be left out: a metric of kind "${metric.kind}" has none`)];
  });
}

function selectionProblems({ event, filters = [] }: EventSelection, at: string): readonly FieldViolation[] {
  const problems: FieldViolation[] = [];
  if (event.length === 0 || event.length > EVENT_LENGTH) {
    problems.push(violationOf(`${at}.event`, event, `must be 1 to ${EVENT_LENGTH} characters`));
  }
  if (filters.length > MAX_FILTERS) {
    problems.push(violationOf(`${at}.filters`, filters.length, `must be at most ${MAX_FILTERS}`));
  }
  return [...problems, ...filters.flatMap((filter, index) => filterProblems(filter, `${at}.filters[${index}]`))];
}

function filterProblems(filter: PropertyFilter, at: string): readonly FieldViolation[] {
  const values = filter.in ?? filter.notIn ?? [];
  return [
    ...(filter.property === '' ? [violationOf(`${at}.property`, '', 'must name a property')] : []),
    ...((filter.in === undefined) === (filter.notIn === undefined)
      ? [violationOf(at, filter, 'must hold one of "in" and "notIn"')]
      : []),
    ...(values.length > MAX_VALUES ? [violationOf(at, values.length, `must hold at most ${MAX_VALUES} values`)] : []),
    ...((filter.in ?? filter.notIn)?.length === 0 ? [violationOf(at, [], 'must hold at least one value')] : []),
  ];
}

function windowProblems(metric: MetricDefinition, at: string): readonly FieldViolation[] {
  const { windowMs, windowStartMs, covariateWindowMs, unitsInWindow } = metric;
  const lengths = { window: windowMs, windowStart: windowStartMs, covariateWindow: covariateWindowMs };
  const problems = Object.entries(lengths).flatMap(([name, ms]) =>
    ms === undefined || (Number.isSafeInteger(ms) && ms > 0)
      ? []
      : [violationOf(`${at}.${name}`, ms, 'must be at least one millisecond')],
  );
  if (windowStartMs !== undefined && windowMs !== undefined && windowStartMs >= windowMs) {
    problems.push(violationOf(`${at}.windowStart`, windowStartMs, `must be before the end of the window, ${windowMs}`));
  }
  if (unitsInWindow === 'exclude' && windowMs === undefined) {
    problems.push(violationOf(`${at}.unitsInWindow`, unitsInWindow, 'needs a window, which would never end'));
  }
  return problems;
}

function capProblems(cap: MetricCap | undefined, at: string): readonly FieldViolation[] {
  if (cap === undefined) return [];
  const { lower, upper, upperQuantile } = cap;
  const problems: FieldViolation[] = [];
  if (upper !== undefined && upperQuantile !== undefined) {
    problems.push(violationOf(at, cap, 'must hold at most one of "upper" and "upperQuantile"'));
  }
  // 0 stays within the limits, so that units without events are 0 whatever the limits are.
  if (lower !== undefined && !(lower <= 0 && lower >= -1e100)) {
    problems.push(violationOf(`${at}.lower`, lower, 'must lie in -1e100..0'));
  }
  if (upper !== undefined && !(upper > 0 && upper <= 1e100)) {
    problems.push(violationOf(`${at}.upper`, upper, 'must be above 0 and at most 1e100'));
  }
  return [...problems, ...openUnitProblems(upperQuantile, `${at}.upperQuantile`)];
}

function stepProblems(steps: readonly EventSelection[] | undefined, at: string): readonly FieldViolation[] {
  if (steps === undefined) return [];
  return [
    ...(steps.length > MAX_STEPS ? [violationOf(at, steps.length, `must be at most ${MAX_STEPS}`)] : []),
    ...steps.flatMap((step, index) => selectionProblems(step, `${at}[${index}]`)),
  ];
}

function rangeProblems(metric: MetricDefinition, at: string): readonly FieldViolation[] {
  const { minimumDetectableEffect: effect } = metric;
  return [
    ...openUnitProblems(metric.quantile, `${at}.quantile`),
    ...openUnitProblems(metric.nonInferiorityMargin, `${at}.nonInferiorityMargin`),
    ...(effect === undefined || (Number.isFinite(effect) && effect > 0)
      ? []
      : [violationOf(`${at}.minimumDetectableEffect`, effect, 'must be above 0')]),
  ];
}

function openUnitProblems(value: number | undefined, at: string): readonly FieldViolation[] {
  return value === undefined || (value > 0 && value < 1)
    ? []
    : [violationOf(at, value, 'must lie strictly between 0 and 1')];
}
