/** Where the SQL of warehouses differs. Expressions in, expressions out; nothing here quotes a user's text. */
export interface SqlDialect {
  /** As the Warehouse port names it. */
  readonly name: string;
  /** The parameter at a position, from 1, typed. */
  parameter(position: number, type: SqlType): string;
  /** A time so many microseconds after another. */
  addMicros(time: string, micros: string): string;
  /** The unit at an attribute path of a map of units; null when there is none. */
  unitAt(units: string, attribute: string): string;
  /** Opens a common table that is computed once however often it is read. */
  readonly materialized: string;
}

/** `time` is given as microseconds since the Unix epoch. */
export type SqlType = 'text' | 'uuid' | 'integer' | 'time';

export const DUCKDB: SqlDialect = {
  name: 'duckdb',
  parameter(position, type) {
    switch (type) {
      case 'text':
        return `CAST($${position} AS VARCHAR)`;
      case 'uuid':
        return `CAST($${position} AS UUID)`;
      case 'integer':
        return `CAST($${position} AS BIGINT)`;
      case 'time':
        return `make_timestamp(CAST($${position} AS BIGINT))`;
    }
  },
  addMicros: (time, micros) => `${time} + to_microseconds(${micros})`,
  unitAt: (units, attribute) => `${units}[${attribute}]`,
  materialized: 'AS MATERIALIZED',
};

const DIALECTS: readonly SqlDialect[] = [DUCKDB];

/** The dialect of that name; undefined when there is none. */
export function dialectNamed(name: string): SqlDialect | undefined {
  return DIALECTS.find((dialect) => dialect.name === name);
}
