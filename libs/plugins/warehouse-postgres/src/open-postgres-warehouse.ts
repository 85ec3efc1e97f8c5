import { type Warehouse, warehouseUnavailable } from '@sortition/plugin-sdk';
import pg from 'pg';

import { postgresFailure } from './postgres-failure.js';
import { PostgresWarehouse } from './postgres-warehouse.js';
import { RESULT_TYPES } from './result-types.js';

const DEFAULT_SCHEMA = 'sortition_warehouse';
const DEFAULT_CONNECTIONS = 6;
const CONNECT_DEADLINE_MS = 10_000;
const MIN_VERSION = 150_000;
/**
 * The planner knows nothing about how many units a common table holds and takes a few for granted; it then compares every
 * unit with every event. Whoever joins here joins many with many, by their hashes.
 */
const ANALYTICAL = '-c enable_nestloop=off';

export interface PostgresWarehouseOptions {
  /** Connection string, `postgres://user:password@host:5432/database`. */
  readonly url: string;
  /** Schema of the tables; made when absent. Default: `sortition_warehouse`. */
  readonly schema?: string;
  /** Most connections at a time. Default: 6. */
  readonly connections?: number;
}

/**
 * Connects to PostgreSQL 15 or newer.
 *
 * @throws DomainError WAREHOUSE_UNAVAILABLE when it cannot be reached or the schema cannot be made; the message names
 *   host and database and no password.
 */
export async function openPostgresWarehouse(options: PostgresWarehouseOptions): Promise<Warehouse> {
  const schema = options.schema ?? DEFAULT_SCHEMA;
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connections ?? DEFAULT_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_DEADLINE_MS,
    keepAlive: true,
    application_name: 'sortition warehouse',
    options: `-c search_path=${pg.escapeIdentifier(schema)} -c timezone=UTC ${ANALYTICAL}`,
    types: RESULT_TYPES,
  });
  // A connection that breaks while it is idle leaves the pool; the next query opens another.
  pool.on('error', () => undefined);
  try {
    await check(pool, schema);
  } catch (error) {
    await pool.end();
    throw warehouseUnavailable(`The warehouse at ${placeOf(options.url)} cannot be opened`, error);
  }
  return new PostgresWarehouse(pool);
}

async function check(pool: pg.Pool, schema: string): Promise<void> {
  const { rows } = await pool.query<{ readonly version: number; readonly is_there: boolean }>(
    `SELECT current_setting('server_version_num')::integer AS version, to_regnamespace($1) IS NOT NULL AS is_there`,
    [pg.escapeIdentifier(schema)],
  );
  const version = rows[0]?.version ?? 0;
  if (version < MIN_VERSION) {
    throw new Error(`PostgreSQL 15 or newer is needed, this is ${String(Math.floor(version / 10_000))}.`);
  }
  if (rows[0]?.is_there === true) return;
  try {
    await pool.query(`CREATE SCHEMA IF NOT EXISTS ${pg.escapeIdentifier(schema)}`);
  } catch (error) {
    // Another process made it in the same moment.
    if ((error as { readonly code?: unknown }).code !== '23505') throw postgresFailure(error);
  }
}

function placeOf(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `${hostname}:${port === '' ? '5432' : port}${pathname}`;
  } catch {
    return '(not a URL)';
  }
}
