import { typesMetric } from '@sortition/contracts';
import { etagOf, type MetricDefinition, nameOf } from '@sortition/declaration';

import { enumValue, type EnumTable } from './enum-value.js';
import { defineWireForm } from './wire-form.js';

const { MetricKind, Aggregation, Direction } = typesMetric;

const KINDS: EnumTable<MetricDefinition['kind'], typesMetric.MetricKind> = {
  conversion: MetricKind.CONVERSION,
  average: MetricKind.AVERAGE,
};
const AGGREGATIONS: EnumTable<MetricDefinition['aggregation'], typesMetric.Aggregation> = {
  sum: Aggregation.SUM,
  count: Aggregation.COUNT,
};
const DIRECTIONS: EnumTable<MetricDefinition['direction'], typesMetric.Direction> = {
  increase: Direction.INCREASE,
  decrease: Direction.DECREASE,
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
    windowMs: {
      path: 'window',
      read: ({ window }) => window && window.seconds * 1_000 + Math.trunc(window.nanos / 1_000_000),
    },
    direction: {
      path: 'direction',
      read: ({ direction }) => enumValue(DIRECTIONS, direction, 'metric.direction', 'increase'),
    },
  },
  toMessage(metric) {
    const { description, kind, event, aggregation, windowMs, direction } = metric.definition;
    return {
      name: nameOf(metric),
      description,
      kind: KINDS[kind],
      event,
      aggregation: AGGREGATIONS[aggregation],
      window:
        windowMs === undefined
          ? undefined
          : { seconds: Math.floor(windowMs / 1_000), nanos: (windowMs % 1_000) * 1_000_000 },
      direction: DIRECTIONS[direction],
      etag: etagOf(metric),
      createTime: metric.createdAt,
      updateTime: metric.updatedAt,
    };
  },
});
