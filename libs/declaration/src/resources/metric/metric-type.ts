import type { Keyed } from '../../document/declaration.js';
import { defineResourceType } from '../../resource-type.js';
import { listSchema, objectSchema, TEXT_SCHEMA } from '../declared-schemas.js';
import { declaredWindow, windowMsOf } from './declared-window.js';
import type { EventSelection, MetricDefinition } from './metric-definition.js';
import { METRIC_KINDS } from './metric-form.js';
import { metricProblems } from './metric-problems.js';

/** A metric as people write it. Times are written like `7d`. */
export interface DeclaredMetric extends DeclaredSpecials {
  readonly description?: string;
  readonly kind: MetricDefinition['kind'];
  readonly event: string;
  readonly aggregation?: MetricDefinition['aggregation'];
  readonly window?: string | null;
  readonly direction?: MetricDefinition['direction'];
  readonly windowStart?: string | null;
  readonly denominator?: (EventSelection & { readonly aggregation?: MetricDefinition['aggregation'] }) | null;
  readonly covariateWindow?: string | null;
}

type SpecialName =
  | 'filters'
  | 'property'
  | 'quantile'
  | 'steps'
  | 'cap'
  | 'unitsWithoutEvents'
  | 'unitsInWindow'
  | 'minimumDetectableEffect'
  | 'nonInferiorityMargin'
  | 'unitOfMeasure';
/** What is declared as it is defined; null clears it. */
type DeclaredSpecials = { readonly [N in SpecialName]?: MetricDefinition[N] | null };

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

const FILTERS_SCHEMA = listSchema({
  ...objectSchema({ property: TEXT_SCHEMA, in: listSchema(TEXT_SCHEMA), notIn: listSchema(TEXT_SCHEMA) }, ['property']),
  description: 'Which values of a property count, for example { property: plan, in: [pro] }.',
});
const AGGREGATION_SCHEMA = { enum: ['sum', 'count'] };

export const metric = defineResourceType<'metric'>({
  kind: 'metric',
  collection: 'metrics',
  place: { as: 'list', section: 'metrics' },
  isEvaluated: false,
  problems: metricProblems,
  fields: {
    description: { declared: { description: TEXT_SCHEMA }, default: '' },
    kind: { declared: { kind: { enum: [...METRIC_KINDS] } }, isFixed: true },
    event: { declared: { event: TEXT_SCHEMA } },
    aggregation: { declared: { aggregation: AGGREGATION_SCHEMA }, default: 'sum' },
    windowMs: {
      declared: { window: windowSchema('Time after the first exposure in which events count') },
      isOptional: true,
      read: ({ window }) => windowMsOf(window ?? ''),
      write: (windowMs) => ({ window: declaredWindow(windowMs) }),
    },
    direction: { declared: { direction: { enum: ['increase', 'decrease'] } }, default: 'increase' },
    filters: {
      declared: { filters: FILTERS_SCHEMA },
      isOptional: true,
      read: ({ filters }) => (filters?.length ? filters : undefined),
    },
    windowStartMs: {
      declared: { windowStart: windowSchema('Time after the first exposure from which events count') },
      isOptional: true,
      read: ({ windowStart }) => windowMsOf(windowStart ?? ''),
      write: (windowStartMs) => ({ windowStart: declaredWindow(windowStartMs) }),
    },
    property: {
      declared: { property: { ...TEXT_SCHEMA, minLength: 1, description: 'Whose different values are counted.' } },
      isOptional: true,
    },
    denominator: {
      declared: {
        denominator: {
          ...objectSchema({ event: TEXT_SCHEMA, filters: FILTERS_SCHEMA, aggregation: AGGREGATION_SCHEMA }, ['event']),
          description: 'What a ratio divides by, for example { event: visit, aggregation: count }.',
        },
      },
      isOptional: true,
      read: ({ denominator }) =>
        denominator
          ? { ...withoutEmptyFilters(denominator), aggregation: denominator.aggregation ?? 'sum' }
          : undefined,
    },
    quantile: {
      declared: {
        quantile: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1, description: '0.5 is the median.' },
      },
      isOptional: true,
    },
    steps: {
      declared: {
        steps: {
          ...listSchema(objectSchema({ event: TEXT_SCHEMA, filters: FILTERS_SCHEMA }, ['event'])),
          description: 'Steps of a funnel after the first, in order.',
        },
      },
      isOptional: true,
      read: ({ steps }) => (steps?.length ? steps.map(withoutEmptyFilters) : undefined),
    },
    cap: {
      declared: {
        cap: {
          ...objectSchema({
            lower: { type: 'number' },
            upper: { type: 'number' },
            upperQuantile: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
          }),
          description: "Limits of a unit's number; one beyond a limit counts as the limit.",
        },
      },
      isOptional: true,
    },
    unitsWithoutEvents: { declared: { unitsWithoutEvents: { enum: ['zero', 'exclude'] } }, isOptional: true },
    unitsInWindow: {
      declared: {
        unitsInWindow: {
          enum: ['include', 'exclude'],
          description: 'exclude: units count once their window has ended.',
        },
      },
      isOptional: true,
    },
    covariateWindowMs: {
      declared: {
        covariateWindow: windowSchema(
          'Time before the first exposure from which the same number makes variants comparable',
        ),
      },
      isOptional: true,
      read: ({ covariateWindow }) => windowMsOf(covariateWindow ?? ''),
      write: (covariateWindowMs) => ({ covariateWindow: declaredWindow(covariateWindowMs) }),
    },
    minimumDetectableEffect: {
      declared: { minimumDetectableEffect: { type: 'number', exclusiveMinimum: 0, description: '0.02 is 2 percent.' } },
      isOptional: true,
    },
    nonInferiorityMargin: {
      declared: {
        nonInferiorityMargin: {
          type: 'number',
          exclusiveMinimum: 0,
          exclusiveMaximum: 1,
          description: 'Largest acceptable relative loss of a guardrail; 0.01 is 1 percent.',
        },
      },
      isOptional: true,
    },
    unitOfMeasure: { declared: { unitOfMeasure: { ...TEXT_SCHEMA, minLength: 1 } }, isOptional: true },
  },
});

function windowSchema(what: string): { readonly type: string; readonly pattern: string; readonly description: string } {
  return {
    type: 'string',
    pattern: '^[1-9]\\d*(ms|s|m|h|d)$',
    description: `${what}, for example "7d". null: none.`,
  };
}

function withoutEmptyFilters({ event, filters }: EventSelection): EventSelection {
  return { event, ...(filters?.length && { filters }) };
}
