export type {
  EventFilter,
  ExperimentAnalysis,
  MetricPlan,
  NumberCap,
  NumberPlan,
  PairPlan,
  PropertyCondition,
  QuantilePlan,
  SharePlan,
  UnitFunnel,
  UnitNumber,
} from './experiment-analysis.js';
export { experimentQuery } from './experiment-query.js';
export { rawRowsQuery } from './raw-rows-query.js';
export type { RawRowsSelection } from './raw-rows-query.js';
export { CLICKHOUSE, dialectNamed, DUCKDB, POSTGRES } from './sql-dialect.js';
export type { SqlDialect, SqlType } from './sql-dialect.js';
export { emptyStatistics, experimentStatistics } from './sufficient-statistics.js';
export type {
  ExperimentStatistics,
  MetricStatistics,
  NumberStatistics,
  PairStatistics,
  QuantileStatistics,
  SqlQuery,
  SqlRow,
  SqlValue,
  VariantStatistics,
} from './sufficient-statistics.js';
