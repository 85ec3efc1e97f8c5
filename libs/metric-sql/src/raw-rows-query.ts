import { ParameterList } from './parameter-list.js';
import type { SqlDialect } from './sql-dialect.js';
import type { SqlQuery } from './sufficient-statistics.js';

/** Raw rows of one environment, by time of receipt. */
export interface RawRowsSelection {
  readonly table: 'exposures' | 'events';
  readonly environmentId: string;
  /** Microseconds since the Unix epoch; rows received then are included. */
  readonly receivedFromMicros: number;
  /** Microseconds since the Unix epoch; rows received then are not included. */
  readonly receivedToMicros: number;
}

/**
 * The rows as they were loaded, in no order, for reading as a stream. `event_id` is text, `time_micros` and
 * `received_micros` are whole numbers, `units` is the text of a JSON object; the other columns keep their names.
 */
export function rawRowsQuery(selection: RawRowsSelection, dialect: SqlDialect): SqlQuery {
  const parameters = new ParameterList(dialect);
  const columns = [
    `${dialect.textOf('r.event_id')} AS event_id`,
    `${dialect.microsOf('r.time')} AS time_micros`,
    `${dialect.microsOf('r.received_at')} AS received_micros`,
    ...COLUMNS[selection.table].map((column) => `r.${column} AS ${column}`),
    ...(selection.table === 'events' ? [`${dialect.jsonOf('r.units')} AS units`] : []),
  ];
  const sql = `SELECT ${columns.join(',\n  ')}
FROM ${selection.table} r
WHERE r.environment_id = ${parameters.of(selection.environmentId, 'uuid')}
  AND r.received_at >= ${parameters.of(selection.receivedFromMicros, 'time')}
  AND r.received_at < ${parameters.of(selection.receivedToMicros, 'time')}`;
  return { sql, parameters: parameters.values };
}

const COLUMNS = {
  exposures: ['flag', 'variant', 'rule', 'experiment', 'phase', 'unit_attribute', 'unit'],
  events: ['name', 'value', 'properties'],
} as const;
