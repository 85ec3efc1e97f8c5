export type { ExperimentAnalysis, UnitNumber } from './experiment-analysis.js';
export { experimentQuery } from './experiment-query.js';
export { rawRowsQuery } from './raw-rows-query.js';
export type { RawRowsSelection } from './raw-rows-query.js';
export { CLICKHOUSE, dialectNamed, DUCKDB, POSTGRES } from './sql-dialect.js';
export type { SqlDialect, SqlType } from './sql-dialect.js';
export { experimentStatistics } from './sufficient-statistics.js';
export type {
  ExperimentStatistics,
  SqlQuery,
  SqlRow,
  SqlValue,
  UnitNumberStatistics,
  VariantStatistics,
} from './sufficient-statistics.js';
