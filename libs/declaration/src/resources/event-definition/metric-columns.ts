import type { FieldViolation } from '@sortition/kernel';

import { resourceInUse, violationOf } from '../../configuration-errors.js';
import type { EventDefinition } from './event-definition.js';
import type { ProjectState } from '../../project/project-state.js';
import type { Resource } from '../../resource.js';
import type { MetricDefinition } from '../metric/metric-definition.js';

const TARGETING_KEY = 'targetingKey';

/** A column of an event's rows that a metric reads. */
interface ColumnUse {
  /** Resource name of the metric. */
  readonly metric: string;
  readonly column: { readonly kind: 'value' } | { readonly kind: 'unit'; readonly attribute: string };
}

/**
 * What a change of a definition takes from metrics: a column that every event had and that a metric reads. Names the
 * metric.
 */
export function brokenColumns(
  state: ProjectState,
  before: EventDefinition,
  after: EventDefinition | undefined,
  at: string,
): readonly FieldViolation[] {
  return columnsRead(state, before.event)
    .filter(({ column }) => guarantees(before, column) && !(after && guarantees(after, column)))
    .map(({ metric, column }) =>
      column.kind === 'value'
        ? {
            field: `${at}.value.presence`,
            description: `must stay "required": the metric "${metric}" reads the value, got "${after?.value?.presence ?? 'optional'}"`,
          }
        : {
            field: `${at}.required_units`,
            description: `must keep "${column.attribute}": the metric "${metric}" is analysed by it`,
          },
    );
}

/** @throws DomainError RESOURCE_IN_USE naming the metrics that rely on the definition. */
export function requireUnread(state: ProjectState, resource: Resource<'eventDefinition'>): void {
  const { definition } = resource;
  const metrics = columnsRead(state, definition.event).filter(({ column }) => guarantees(definition, column));
  if (metrics.length > 0)
    throw resourceInUse(state.nameOf(resource), [...new Set(metrics.map(({ metric }) => metric))]);
}

/** Metrics that read a value which their event's definition forbids. */
export function unreadableMetrics(state: ProjectState): readonly FieldViolation[] {
  const definitions = new Map(state.all('eventDefinition').map((each) => [each.definition.event, each]));
  return state.all('metric').flatMap((metric) => {
    const described = definitions.get(metric.definition.event);
    if (described?.definition.value?.presence !== 'forbidden' || !readsValue(metric.definition)) return [];
    const reason = `must not be "forbidden": the metric "${state.nameOf(metric)}" reads the value of "${described.definition.event}"`;
    return [violationOf(`eventDefinitions.${described.key}.value.presence`, 'forbidden', reason)];
  });
}

function columnsRead(state: ProjectState, event: string): readonly ColumnUse[] {
  const experiments = state.all('experiment').filter(({ definition }) => definition.state !== 'ended');
  return state
    .all('metric')
    .filter(({ definition }) => definition.event === event)
    .flatMap((resource): readonly ColumnUse[] => {
      const metric = state.nameOf(resource);
      const attributes = experiments
        .filter(({ definition }) => definition.metrics.some((each) => each.metric === resource.key))
        .map(({ definition }) => definition.unit ?? TARGETING_KEY);
      const units = [...new Set(attributes)].map((attribute) => ({
        metric,
        column: { kind: 'unit' as const, attribute },
      }));
      return [...(readsValue(resource.definition) ? [{ metric, column: { kind: 'value' as const } }] : []), ...units];
    });
}

/** The other kinds of metric ask only whether there are events, or how many. */
function readsValue({ kind, aggregation }: MetricDefinition): boolean {
  return kind === 'average' && aggregation === 'sum';
}

function guarantees({ value, requiredUnits }: EventDefinition, column: ColumnUse['column']): boolean {
  return column.kind === 'value' ? value?.presence === 'required' : requiredUnits.includes(column.attribute);
}
