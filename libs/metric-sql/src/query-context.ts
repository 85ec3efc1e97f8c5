import { earliestMicros, type EventConditions } from './event-conditions.js';
import type { ExperimentAnalysis } from './experiment-analysis.js';
import type { ParameterList } from './parameter-list.js';
import type { SqlDialect } from './sql-dialect.js';

/** A common table and what it is named. */
export interface CommonTable {
  readonly name: string;
  readonly sql: string;
}

/** What the parts of a query are written with. */
export interface QueryContext {
  readonly analysis: ExperimentAnalysis;
  readonly parameters: ParameterList;
  readonly dialect: SqlDialect;
  readonly conditions: EventConditions;
}

/** The events of the names that belong to units, as `e` beside `u`, from the first exposure on or as early as covariates need. */
export function eventsOfUnits({ analysis, parameters, dialect }: QueryContext, names: readonly string[]): string {
  const { environmentId, unitAttribute, receivedFromMicros, metrics } = analysis;
  const unit = dialect.unitAt('e.units', parameters.of(unitAttribute, 'text'));
  const listed = names.map((name) => parameters.of(name, 'text'));
  const early = earliestMicros(metrics);
  const start =
    early === 0 ? 'u.first_exposure' : dialect.addMicros('u.first_exposure', parameters.of(early, 'integer'));
  return `FROM units u
JOIN events e ON ${unit} = u.unit AND e.time >= ${start}
WHERE NOT u.is_multiple
  AND e.environment_id = ${parameters.of(environmentId, 'uuid')}
  AND e.name IN (${listed.join(', ')})
  AND e.received_at >= ${parameters.of(receivedFromMicros + early, 'time')}`;
}
