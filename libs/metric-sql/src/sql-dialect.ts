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
  /** The same where there may be none. */
  readonly optionalDouble: string;
  /** Sum of numbers, compensated for rounding where the warehouse can do that. */
  exactSum(number: string): string;
  /** Variance with the number of values as divisor, by a method that a large mean costs no digits. */
  variance(number: string): string;
  /** Covariance with the number of pairs as divisor, by a method that a large mean costs no digits. */
  covariance(one: string, other: string): string;
  /** Quantile of numbers at a level in (0,1), interpolated between neighbours. */
  quantile(number: string, level: number): string;
  /** What {@link propertyAt} is to be given for a property at the top level. */
  propertyPath(property: string): string;
  /**
   * The text of a property of a JSON object, or its JSON form where it is no text; null when there is none or when it is
   * null. No object makes it fail: one that holds what some warehouse can not keep as text, NUL and halves of surrogate
   * pairs, has no properties.
   */
  propertyAt(properties: string, path: string): string;
  /** Microseconds from the Unix epoch to a time, as a whole number. */
  microsOf(time: string): string;
  /** A UUID as text in lower case. */
  textOf(uuid: string): string;
  /** A map of units as the text of a JSON object. */
  jsonOf(units: string): string;
}

/** `time` is given as microseconds since the Unix epoch. */
export type SqlType = 'text' | 'uuid' | 'integer' | 'double' | 'time';

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
      case 'double':
        return `CAST($${position} AS DOUBLE)`;
      case 'time':
        return `make_timestamp(CAST($${position} AS BIGINT))`;
    }
  },
  addMicros: (time, micros) => `${time} + to_microseconds(${micros})`,
  unitAt: (units, attribute) => `${units}[${attribute}]`,
  materialized: 'AS MATERIALIZED',
  double: 'DOUBLE',
  optionalDouble: 'DOUBLE',
  exactSum: (number) => `fsum(${number})`,
  variance: (number) => `var_pop(${number})`,
  covariance: (one, other) => `covar_pop(${one}, ${other})`,
  quantile: (number, level) => `quantile_cont(${number}, ${level})`,
  // A JSON pointer, RFC 6901.
  propertyPath: (property) => `/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`,
  propertyAt: (properties, path) =>
    `CASE WHEN strpos(${properties}, '\\u0000') = 0 AND strpos(${properties}, '\\ud') = 0 THEN json_extract_string(${properties}, ${path}) END`,
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
      case 'double':
        return `CAST($${position} AS double precision)`;
      case 'time':
        // A double counts whole microseconds exactly until the year 2255.
        return `timestamptz 'epoch' + CAST($${position} AS double precision) * interval '1 microsecond'`;
    }
  },
  addMicros: (time, micros) => `${time} + ${micros} * interval '1 microsecond'`,
  unitAt: (units, attribute) => `(${units} ->> ${attribute})`,
  materialized: 'AS MATERIALIZED',
  double: 'double precision',
  optionalDouble: 'double precision',
  exactSum: (number) => `sum(${number})`,
  variance: (number) => `var_pop(${number})`,
  covariance: (one, other) => `covar_pop(${one}, ${other})`,
  quantile: (number, level) => `percentile_cont(${level}) WITHIN GROUP (ORDER BY ${number})`,
  propertyPath: (property) => property,
  propertyAt: (properties, path) =>
    `CASE WHEN strpos(${properties}, '\\u0000') = 0 AND strpos(${properties}, '\\ud') = 0 THEN CAST(${properties} AS json) ->> ${path} END`,
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
      case 'double':
        return `CAST($${position} AS Float64)`;
      case 'time':
        return `fromUnixTimestamp64Micro(CAST($${position} AS Int64), 'UTC')`;
    }
  },
  addMicros: (time, micros) => `${time} + toIntervalMicrosecond(${micros})`,
  // A path that the map lacks gives the empty text, which is no unit.
  unitAt: (units, attribute) => `${units}[${attribute}]`,
  materialized: 'AS',
  double: 'Float64',
  optionalDouble: 'Nullable(Float64)',
  exactSum: (number) => `sumKahan(${number})`,
  variance: (number) => `varPopStable(${number})`,
  covariance: (one, other) => `covarPopStable(${one}, ${other})`,
  quantile: (number, level) => `quantileExactInclusive(${level})(${number})`,
  propertyPath: (property) => property,
  propertyAt: (properties, path) =>
    `CASE WHEN position(${properties}, '\\\\u0000') > 0 OR position(${properties}, '\\\\ud') > 0 OR JSONType(${properties}, ${path}) = 'Null' THEN NULL WHEN JSONType(${properties}, ${path}) = 'String' THEN JSONExtractString(${properties}, ${path}) ELSE JSONExtractRaw(${properties}, ${path}) END`,
  microsOf: (time) => `toUnixTimestamp64Micro(${time})`,
  textOf: (uuid) => `toString(${uuid})`,
  jsonOf: (units) => `toJSONString(${units})`,
};

const DIALECTS: readonly SqlDialect[] = [DUCKDB, POSTGRES, CLICKHOUSE];

/** The dialect of that name; undefined when there is none. */
export function dialectNamed(name: string): SqlDialect | undefined {
  return DIALECTS.find((dialect) => dialect.name === name);
}
