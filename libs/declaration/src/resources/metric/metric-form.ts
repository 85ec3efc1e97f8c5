import type { EventSelection, MetricDefinition, MetricKind } from './metric-definition.js';

/** Properties of a definition that only some kinds have. */
export type SpecialField =
  | 'property'
  | 'denominator'
  | 'quantile'
  | 'steps'
  | 'cap'
  | 'unitsWithoutEvents'
  | 'covariateWindowMs'
  | 'windowStartMs';

/** What a kind of metric asks of its definition, and which columns of events it reads. */
export interface MetricForm {
  readonly needs: readonly SpecialField[];
  readonly takes: readonly SpecialField[];
  /** How its numbers are written: a share of units, in percent, or a number. */
  readonly format: 'share' | 'number';
  /** Events that it reads, each with whether it reads their value. */
  reads(metric: MetricDefinition): readonly MetricRead[];
}

export interface MetricRead extends EventSelection {
  readonly value: boolean;
}

const occurrence = (metric: MetricDefinition): readonly MetricRead[] => [{ ...selectionOf(metric), value: false }];
const aggregate = (metric: MetricDefinition): readonly MetricRead[] => [
  { ...selectionOf(metric), value: metric.aggregation === 'sum' },
];

/** Every kind of metric; a new one does not compile without its form. */
export const METRIC_FORMS: Readonly<Record<MetricKind, MetricForm>> = {
  conversion: { format: 'share', needs: [], takes: ['windowStartMs', 'covariateWindowMs'], reads: occurrence },
  average: {
    format: 'number',
    needs: [],
    takes: ['windowStartMs', 'cap', 'unitsWithoutEvents', 'covariateWindowMs'],
    reads: aggregate,
  },
  count: {
    format: 'number',
    needs: [],
    takes: ['windowStartMs', 'cap', 'unitsWithoutEvents', 'covariateWindowMs'],
    reads: occurrence,
  },
  countDistinct: {
    format: 'number',
    needs: ['property'],
    takes: ['windowStartMs', 'cap', 'unitsWithoutEvents', 'covariateWindowMs'],
    reads: occurrence,
  },
  ratio: {
    format: 'number',
    needs: ['denominator'],
    takes: ['windowStartMs'],
    reads: (metric) => [
      ...aggregate(metric),
      ...(metric.denominator ? [{ ...metric.denominator, value: metric.denominator.aggregation === 'sum' }] : []),
    ],
  },
  quantile: { format: 'number', needs: ['quantile'], takes: ['windowStartMs', 'unitsWithoutEvents'], reads: aggregate },
  retention: { format: 'share', needs: ['windowStartMs'], takes: ['covariateWindowMs'], reads: occurrence },
  funnel: {
    format: 'share',
    needs: ['steps'],
    takes: ['windowStartMs'],
    reads: (metric) => [...occurrence(metric), ...(metric.steps ?? []).map((step) => ({ ...step, value: false }))],
  },
};

export const METRIC_KINDS = Object.keys(METRIC_FORMS) as readonly MetricKind[];

/** The events of a metric, or of the first step of a funnel. */
export function selectionOf({ event, filters }: MetricDefinition): EventSelection {
  return { event, ...(filters && { filters }) };
}
