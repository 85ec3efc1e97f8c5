export { isClickHouseInstalled, startTestClickHouse } from './start-test-clickhouse.js';
export type { TestClickHouse } from './start-test-clickhouse.js';
