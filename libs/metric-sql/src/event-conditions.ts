import type { EventFilter, ExperimentAnalysis, MetricPlan, PropertyCondition } from './experiment-analysis.js';
import type { ParameterList } from './parameter-list.js';
import type { SqlDialect } from './sql-dialect.js';

/** When events count, relative to the unit's first exposure. */
export interface EventWindow {
  readonly fromMicros?: number;
  readonly windowMicros: number | undefined;
}

/** Writes the conditions under which events count, over `e` (events) and `u` (units). */
export class EventConditions {
  private readonly startsAtExposure: boolean;

  constructor(
    private readonly analysis: ExperimentAnalysis,
    private readonly parameters: ParameterList,
    private readonly dialect: SqlDialect,
  ) {
    this.startsAtExposure = earliestMicros(analysis.metrics) === 0;
  }

  /** An event of the name that passes the filters. */
  ofEvent({ event, filters = [] }: EventFilter): readonly string[] {
    return [`e.name = ${this.parameters.of(event, 'text')}`, ...filters.flatMap((filter) => this.ofProperty(filter))];
  }

  /** An event within the window. The joins leave out what lies before the first exposure unless a covariate needs it. */
  inWindow({ fromMicros = 0, windowMicros }: EventWindow): readonly string[] {
    const conditions: string[] = [];
    if (fromMicros !== 0) conditions.push(`e.time >= ${this.afterExposure(fromMicros)}`);
    else if (!this.startsAtExposure) conditions.push('e.time >= u.first_exposure');
    if (windowMicros === 0) conditions.push('e.time < u.first_exposure');
    else if (windowMicros !== undefined) conditions.push(`e.time < ${this.afterExposure(windowMicros)}`);
    else if (this.analysis.endedMicros !== undefined) {
      conditions.push(`e.time < ${this.parameters.of(this.analysis.endedMicros, 'time')}`);
    }
    return conditions;
  }

  /** Whether a unit's window ended in time. */
  hasMatured({ afterMicros, byMicros }: NonNullable<MetricPlan['matured']>): string {
    return `${this.afterExposure(afterMicros)} <= ${this.parameters.of(byMicros, 'time')}`;
  }

  private afterExposure(micros: number): string {
    return this.dialect.addMicros('u.first_exposure', this.parameters.of(micros, 'integer'));
  }

  private ofProperty({ property, in: wanted, notIn }: PropertyCondition): readonly string[] {
    const value = this.valueOf(property);
    const listed = (values: readonly string[]): string =>
      values.map((each) => this.parameters.of(each, 'text')).join(', ');
    return [
      ...(wanted === undefined ? [] : [`CASE WHEN ${value} IN (${listed(wanted)}) THEN 1 ELSE 0 END = 1`]),
      ...(notIn === undefined ? [] : [`CASE WHEN ${value} IN (${listed(notIn)}) THEN 1 ELSE 0 END = 0`]),
    ];
  }

  /** A property as text; null when the event has none. */
  valueOf(property: string): string {
    const { dialect, parameters } = this;
    return dialect.propertyAt('e.properties', parameters.of(dialect.propertyPath(property), 'text'));
  }
}

/** How long before the first exposure events are looked at, as a number of microseconds of at most 0. */
export function earliestMicros(metrics: readonly MetricPlan[]): number {
  const starts = metrics.flatMap((metric) => [
    metric.number.fromMicros ?? 0,
    ...(metric.summary === 'pair' ? [metric.second.fromMicros ?? 0] : []),
  ]);
  return Math.min(0, ...starts);
}
