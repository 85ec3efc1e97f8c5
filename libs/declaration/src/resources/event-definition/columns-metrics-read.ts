import type { FieldViolation } from '@sortition/kernel';

import { resourceInUse, violationOf } from '../../configuration-errors.js';
import type { EventDefinition } from './event-definition.js';
import type { ProjectState } from '../../project/project-state.js';
import type { Resource } from '../../resource.js';
import { METRIC_FORMS } from '../metric/metric-form.js';
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
    return [...eventsRead(metric.definition)].flatMap(([event, { value }]) => {
      const described = definitions.get(event);
      if (described?.definition.value?.presence !== 'forbidden' || !value) return [];
      const reason = `must not be "forbidden": the metric "${state.nameOf(metric)}" reads the value of "${event}"`;
      return [violationOf(`eventDefinitions.${described.key}.value.presence`, 'forbidden', reason)];
    });
  });
}

function columnsRead(state: ProjectState, event: string): readonly ColumnUse[] {
  const experiments = state.all('experiment').filter(({ definition }) => definition.state !== 'ended');
  return state.all('metric').flatMap((resource): readonly ColumnUse[] => {
    const read = eventsRead(resource.definition).get(event);
    if (read === undefined) return [];
    const metric = state.nameOf(resource);
    const attributes = experiments
      .filter(({ definition }) => definition.metrics.some((each) => each.metric === resource.key))
      .map(({ definition }) => definition.unit ?? TARGETING_KEY);
    const units = [...new Set(attributes)].map((attribute) => ({
      metric,
      column: { kind: 'unit' as const, attribute },
    }));
    return [...(read.value ? [{ metric, column: { kind: 'value' as const } }] : []), ...units];
  });
}

/** Whether it reads the value of the events of each name that it reads; the others it only counts. */
function eventsRead(metric: MetricDefinition): ReadonlyMap<string, { readonly value: boolean }> {
  const events = new Map<string, { readonly value: boolean }>();
  for (const { event, value } of METRIC_FORMS[metric.kind].reads(metric)) {
    events.set(event, { value: value || events.get(event)?.value === true });
  }
  return events;
}

function guarantees({ value, requiredUnits }: EventDefinition, column: ColumnUse['column']): boolean {
  return column.kind === 'value' ? value?.presence === 'required' : requiredUnits.includes(column.attribute);
}
