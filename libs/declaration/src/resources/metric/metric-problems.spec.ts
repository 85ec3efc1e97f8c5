import { describe, expect, it } from '@jest/globals';

import type { MetricDefinition } from './metric-definition.js';
import { METRIC_KINDS } from './metric-form.js';
import { metricProblems } from './metric-problems.js';

const metric = (overrides: Partial<MetricDefinition>): MetricDefinition => ({
  description: '',
  kind: 'average',
  event: 'purchase',
  aggregation: 'sum',
  direction: 'increase',
  ...overrides,
});
const NEEDED: Readonly<Record<MetricDefinition['kind'], Partial<MetricDefinition>>> = {
  conversion: {},
  average: {},
  count: {},
  countDistinct: { property: 'page' },
  ratio: { denominator: { event: 'visit', aggregation: 'count' } },
  quantile: { quantile: 0.9 },
  retention: { windowStartMs: 1 },
  funnel: { steps: [{ event: 'visit' }] },
};

describe('a metric', () => {
  it.each(METRIC_KINDS)('of kind %s is right with what it needs and wrong without', (kind) => {
    const needed = NEEDED[kind];

    expect(metricProblems(metric({ kind, ...needed }), 'metric')).toEqual([]);
    expect(metricProblems(metric({ kind }), 'metric')).toHaveLength(Object.keys(needed).length);
  });

  it.each(METRIC_KINDS)('of kind %s has nothing that belongs to another kind', (kind) => {
    const all = Object.assign({}, ...Object.values(NEEDED)) as Partial<MetricDefinition>;

    const fields = metricProblems(metric({ kind, ...all }), 'metric').map(({ field }) => field);

    for (const [owner, needed] of Object.entries(NEEDED)) {
      const [property] = Object.keys(needed);
      if (property === undefined || owner === kind || property === 'windowStartMs') continue;
      expect(fields).toContain(`metric.${property}`);
    }
  });

  it.each<[string, Partial<MetricDefinition>, string]>([
    ['a window that ends before it starts', { windowMs: 5, windowStartMs: 5 }, 'metric.windowStart'],
    ['a window of no length', { windowMs: 0 }, 'metric.window'],
    ['units in a window that never ends', { unitsInWindow: 'exclude' }, 'metric.unitsInWindow'],
    ['a filter that asks for nothing', { filters: [{ property: 'plan' }] }, 'metric.filters[0]'],
    ['a filter that asks twice', { filters: [{ property: 'plan', in: ['a'], notIn: ['b'] }] }, 'metric.filters[0]'],
    ['a filter of no value', { filters: [{ property: 'plan', in: [] }] }, 'metric.filters[0]'],
    ['a filter of no property', { filters: [{ property: '', in: ['a'] }] }, 'metric.filters[0].property'],
    ['two upper limits', { cap: { upper: 5, upperQuantile: 0.9 } }, 'metric.cap'],
    ['limits that leave 0 out', { cap: { lower: 1 } }, 'metric.cap.lower'],
    ['a limit of no size', { cap: { upper: Number.NaN } }, 'metric.cap.upper'],
    ['a level beyond 1', { cap: { upperQuantile: 1 } }, 'metric.cap.upperQuantile'],
    ['a margin of everything', { nonInferiorityMargin: 1 }, 'metric.nonInferiorityMargin'],
    ['an effect of nothing', { minimumDetectableEffect: 0 }, 'metric.minimumDetectableEffect'],
    ['no event', { event: '' }, 'metric.event'],
    ['a step without an event', { kind: 'funnel', steps: [{ event: '' }] }, 'metric.steps[0].event'],
    [
      'a denominator without an event',
      { kind: 'ratio', denominator: { event: '', aggregation: 'count' } },
      'metric.denominator.event',
    ],
  ])('with %s is refused by the name of the field', (_, overrides, field) => {
    expect(metricProblems(metric(overrides), 'metric').map((problem) => problem.field)).toEqual([field]);
  });
});
