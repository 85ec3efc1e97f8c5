import { typesMetric } from '@sortition/contracts';
import {
  etagOf,
  type EventSelection,
  type MetricDefinition,
  type MetricKind as Kind,
  nameOf,
  type PropertyFilter,
  type Resource,
} from '@sortition/declaration';

import { enumValue, type EnumTable } from './enum-value.js';
import { defineWireForm } from './wire-form.js';

const { MetricKind, Aggregation, Direction, UnitsWithoutEvents, UnitsInWindow } = typesMetric;

const KINDS: EnumTable<Kind, typesMetric.MetricKind> = {
  conversion: MetricKind.CONVERSION,
  average: MetricKind.AVERAGE,
  count: MetricKind.COUNT,
  countDistinct: MetricKind.COUNT_DISTINCT,
  ratio: MetricKind.RATIO,
  quantile: MetricKind.QUANTILE,
  retention: MetricKind.RETENTION,
  funnel: MetricKind.FUNNEL,
};
const AGGREGATIONS: EnumTable<MetricDefinition['aggregation'], typesMetric.Aggregation> = {
  sum: Aggregation.SUM,
  count: Aggregation.COUNT,
};
const DIRECTIONS: EnumTable<MetricDefinition['direction'], typesMetric.Direction> = {
  increase: Direction.INCREASE,
  decrease: Direction.DECREASE,
};
const WITHOUT_EVENTS: EnumTable<'zero' | 'exclude', typesMetric.UnitsWithoutEvents> = {
  zero: UnitsWithoutEvents.ZERO,
  exclude: UnitsWithoutEvents.EXCLUDE,
};
const IN_WINDOW: EnumTable<'include' | 'exclude', typesMetric.UnitsInWindow> = {
  include: UnitsInWindow.INCLUDE,
  exclude: UnitsInWindow.EXCLUDE,
};

export const METRIC_WIRE = defineWireForm<'metric', typesMetric.Metric>({
  kind: 'metric',
  readers: {
    description: { path: 'description', read: ({ description }) => description },
    kind: { path: 'kind', read: ({ kind }) => enumValue(KINDS, kind, 'metric.kind') },
    event: { path: 'event', read: ({ event }) => event },
    aggregation: {
      path: 'aggregation',
      read: ({ aggregation }) => enumValue(AGGREGATIONS, aggregation, 'metric.aggregation', 'sum'),
    },
    windowMs: { path: 'window', read: ({ window }) => window && msOf(window) },
    direction: {
      path: 'direction',
      read: ({ direction }) => enumValue(DIRECTIONS, direction, 'metric.direction', 'increase'),
    },
    filters: { path: 'filters', read: ({ filters }) => filtersOf(filters) },
    windowStartMs: { path: 'window_start', read: ({ windowStart }) => windowStart && msOf(windowStart) },
    property: { path: 'property', read: ({ property }) => property || undefined },
    denominator: { path: 'denominator', read: ({ denominator }) => denominator && denominatorOf(denominator) },
    quantile: { path: 'quantile', read: ({ quantile }) => quantile },
    steps: { path: 'steps', read: ({ steps }) => (steps.length > 0 ? steps.map(selectionOf) : undefined) },
    cap: { path: 'cap', read: ({ cap }) => cap && present(cap) },
    unitsWithoutEvents: {
      path: 'units_without_events',
      read: ({ unitsWithoutEvents: given }) =>
        given === UnitsWithoutEvents.UNSPECIFIED
          ? undefined
          : enumValue(WITHOUT_EVENTS, given, 'metric.units_without_events'),
    },
    unitsInWindow: {
      path: 'units_in_window',
      read: ({ unitsInWindow: given }) =>
        given === UnitsInWindow.UNSPECIFIED ? undefined : enumValue(IN_WINDOW, given, 'metric.units_in_window'),
    },
    covariateWindowMs: {
      path: 'covariate_window',
      read: ({ covariateWindow }) => covariateWindow && msOf(covariateWindow),
    },
    minimumDetectableEffect: {
      path: 'minimum_detectable_effect',
      read: ({ minimumDetectableEffect }) => minimumDetectableEffect,
    },
    nonInferiorityMargin: { path: 'non_inferiority_margin', read: ({ nonInferiorityMargin }) => nonInferiorityMargin },
    unitOfMeasure: { path: 'unit_of_measure', read: ({ unitOfMeasure }) => unitOfMeasure || undefined },
  },
  toMessage: metricMessage,
});

function metricMessage(metric: Resource<'metric'>): typesMetric.Metric {
  const { description, kind, event, aggregation, direction, filters, denominator, steps, cap } = metric.definition;
  const { windowMs, windowStartMs, covariateWindowMs, unitsWithoutEvents, unitsInWindow } = metric.definition;
  return {
    name: nameOf(metric),
    description,
    kind: KINDS[kind],
    event,
    aggregation: AGGREGATIONS[aggregation],
    window: durationOf(windowMs),
    direction: DIRECTIONS[direction],
    etag: etagOf(metric),
    createTime: metric.createdAt,
    updateTime: metric.updatedAt,
    filters: filterMessages(filters),
    windowStart: durationOf(windowStartMs),
    property: metric.definition.property ?? '',
    denominator: denominator && {
      ...selectionMessage(denominator),
      aggregation: AGGREGATIONS[denominator.aggregation],
    },
    quantile: metric.definition.quantile,
    steps: (steps ?? []).map(selectionMessage),
    cap: cap && { lower: cap.lower, upper: cap.upper, upperQuantile: cap.upperQuantile },
    unitsWithoutEvents: unitsWithoutEvents ? WITHOUT_EVENTS[unitsWithoutEvents] : UnitsWithoutEvents.UNSPECIFIED,
    unitsInWindow: unitsInWindow ? IN_WINDOW[unitsInWindow] : UnitsInWindow.UNSPECIFIED,
    covariateWindow: durationOf(covariateWindowMs),
    minimumDetectableEffect: metric.definition.minimumDetectableEffect,
    nonInferiorityMargin: metric.definition.nonInferiorityMargin,
    unitOfMeasure: metric.definition.unitOfMeasure ?? '',
  };
}

type Duration = NonNullable<typesMetric.Metric['window']>;

function msOf({ seconds, nanos }: Duration): number {
  return seconds * 1_000 + Math.trunc(nanos / 1_000_000);
}

function durationOf(ms: number | undefined): Duration | undefined {
  return ms === undefined ? undefined : { seconds: Math.floor(ms / 1_000), nanos: (ms % 1_000) * 1_000_000 };
}

function denominatorOf({ aggregation, ...selection }: typesMetric.Denominator): MetricDefinition['denominator'] {
  return {
    ...selectionOf(selection),
    aggregation: enumValue(AGGREGATIONS, aggregation, 'metric.denominator.aggregation', 'sum'),
  };
}

function selectionOf({ event, filters }: typesMetric.EventSelection): EventSelection {
  const read = filtersOf(filters);
  return { event, ...(read && { filters: read }) };
}

function selectionMessage({ event, filters }: EventSelection): typesMetric.EventSelection {
  return { event, filters: filterMessages(filters) };
}

/** An empty list and an absent one are the same on the wire. */
function filtersOf(filters: readonly typesMetric.PropertyFilter[]): readonly PropertyFilter[] | undefined {
  if (filters.length === 0) return undefined;
  return filters.map((filter) => ({
    property: filter.property,
    ...(filter.in.length > 0 && { in: filter.in }),
    ...(filter.notIn.length > 0 && { notIn: filter.notIn }),
  }));
}

function filterMessages(filters: readonly PropertyFilter[] = []): typesMetric.PropertyFilter[] {
  return filters.map((filter) => ({
    property: filter.property,
    in: [...(filter.in ?? [])],
    notIn: [...(filter.notIn ?? [])],
  }));
}

function present({ lower, upper, upperQuantile }: typesMetric.Cap): MetricDefinition['cap'] {
  return {
    ...(lower !== undefined && { lower }),
    ...(upper !== undefined && { upper }),
    ...(upperQuantile !== undefined && { upperQuantile }),
  };
}
