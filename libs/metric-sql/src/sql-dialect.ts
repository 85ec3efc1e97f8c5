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
  /** Opens a common table; one that is computed once however often it is read, where the warehouse can do that. */
  readonly materialized: string;
  /** Type of floating-point numbers of 64 bits. */
  readonly double: string;
  /** Sum of numbers, compensated for rounding where the warehouse can do that. */
  exactSum(number: string): string;
  /** Variance with the number of values as divisor, by a method that a large mean costs no digits. */
  variance(number: string): string;
  /** Microseconds from the Unix epoch to a time, as a whole number. */
  microsOf(time: string): string;
  /** A UUID as text in lower case. */
  textOf(uuid: string): string;
  /** A map of units as the text of a JSON object. */
  jsonOf(units: string): string;
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
  double: 'DOUBLE',
  exactSum: (number) => `fsum(${number})`,
  variance: (number) => `var_pop(${number})`,
  microsOf: (time) => `epoch_us(${time})`,
  textOf: (uuid) => `CAST(${uuid} AS VARCHAR)`,
  jsonOf: (units) => `CAST(to_json(${units}) AS VARCHAR)`,
};

/** PostgreSQL 15 or newer. */
export const POSTGRES: SqlDialect = {
  name: 'postgres',
  parameter(position, type) {
    switch (type) {
      case 'text':
        return `CAST($${position} AS text)`;
      case 'uuid':
        return `CAST($${position} AS uuid)`;
      case 'integer':
        return `CAST($${position} AS bigint)`;
      case 'time':
        // A double counts whole microseconds exactly until the year 2255.
        return `timestamptz 'epoch' + CAST($${position} AS double precision) * interval '1 microsecond'`;
    }
  },
  addMicros: (time, micros) => `${time} + ${micros} * interval '1 microsecond'`,
  unitAt: (units, attribute) => `(${units} ->> ${attribute})`,
  materialized: 'AS MATERIALIZED',
  double: 'double precision',
  exactSum: (number) => `sum(${number})`,
  variance: (number) => `var_pop(${number})`,
  microsOf: (time) => `CAST(extract(epoch FROM ${time}) * 1000000 AS bigint)`,
  textOf: (uuid) => `CAST(${uuid} AS text)`,
  jsonOf: (units) => `CAST(${units} AS text)`,
};

/**
 * ClickHouse 24.8 or newer, with parameters as the Warehouse port hands them over. A common table is computed anew
 * wherever it is read.
 */
export const CLICKHOUSE: SqlDialect = {
  name: 'clickhouse',
  parameter(position, type) {
    switch (type) {
      case 'text':
        return `CAST($${position} AS String)`;
      case 'uuid':
        return `CAST($${position} AS UUID)`;
      case 'integer':
        return `CAST($${position} AS Int64)`;
      case 'time':
        return `fromUnixTimestamp64Micro(CAST($${position} AS Int64), 'UTC')`;
    }
  },
  addMicros: (time, micros) => `${time} + toIntervalMicrosecond(${micros})`,
  // A path that the map lacks gives the empty text, which is no unit.
  unitAt: (units, attribute) => `${units}[${attribute}]`,
  materialized: 'AS',
  double: 'Float64',
  exactSum: (number) => `sumKahan(${number})`,
  variance: (number) => `varPopStable(${number})`,
  microsOf: (time) => `toUnixTimestamp64Micro(${time})`,
  textOf: (uuid) => `toString(${uuid})`,
  jsonOf: (units) => `toJSONString(${units})`,
};

const DIALECTS: readonly SqlDialect[] = [DUCKDB, POSTGRES, CLICKHOUSE];

/** The dialect of that name; undefined when there is none. */
export function dialectNamed(name: string): SqlDialect | undefined {
  return DIALECTS.find((dialect) => dialect.name === name);
}
