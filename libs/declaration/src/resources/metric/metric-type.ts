import type { Keyed } from '../../document/declaration.js';
import { defineResourceType } from '../../resource-type.js';
import { TEXT_SCHEMA } from '../declared-schemas.js';
import { declaredWindow, windowMsOf } from './declared-window.js';
import { metricProblems, type MetricDefinition } from './metric-definition.js';

/** A metric as people write it. */
export interface DeclaredMetric {
  readonly description?: string;
  readonly kind: MetricDefinition['kind'];
  readonly event: string;
  readonly aggregation?: MetricDefinition['aggregation'];
  /** For example `7d`. */
  readonly window?: string | null;
  readonly direction?: MetricDefinition['direction'];
}

declare module '../../resource.js' {
  interface Definitions {
    readonly metric: MetricDefinition;
  }
  interface DeclaredForms {
    readonly metric: DeclaredMetric;
  }
}

declare module '../../document/declaration.js' {
  interface Declaration {
    readonly metrics?: readonly Keyed<'metric'>[];
  }
}

export const metric = defineResourceType<'metric'>({
  kind: 'metric',
  collection: 'metrics',
  place: { as: 'list', section: 'metrics' },
  isEvaluated: false,
  problems: metricProblems,
  fields: {
    description: { declared: { description: TEXT_SCHEMA }, default: '' },
    kind: { declared: { kind: { enum: ['conversion', 'average'] } }, isFixed: true },
    event: { declared: { event: TEXT_SCHEMA } },
    aggregation: { declared: { aggregation: { enum: ['sum', 'count'] } }, default: 'sum' },
    windowMs: {
      declared: {
        window: {
          type: 'string',
          pattern: '^[1-9]\\d*(ms|s|m|h|d)$',
          description: 'Time after the first exposure in which events count, for example "7d". null: no limit.',
        },
      },
      isOptional: true,
      read: ({ window }) => windowMsOf(window ?? ''),
      write: (windowMs) => ({ window: declaredWindow(windowMs) }),
    },
    direction: { declared: { direction: { enum: ['increase', 'decrease'] } }, default: 'increase' },
  },
});
