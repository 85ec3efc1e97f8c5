import { type Warehouse, warehouseUnavailable } from '@sortition/plugin-sdk';
import pg from 'pg';

import { Connections } from './connections.js';
import { postgresFailure } from './postgres-failure.js';
import { PostgresWarehouse } from './postgres-warehouse.js';
import { RESULT_TYPES } from './result-types.js';

const DEFAULT_SCHEMA = 'sortition_warehouse';
const DEFAULT_CONNECTIONS = 6;
const CONNECT_DEADLINE_MS = 10_000;
const LOAD_DEADLINE_MS = 30_000;
const QUERY_DEADLINE_MS = 300_000;
/** A connection that is silent for so long is probed, and found dead some ten seconds later. */
const KEEP_ALIVE_AFTER_MS = 10_000;
/** The server ends a transaction whose client has gone without a word, and with it its locks. */
const IDLE_IN_TRANSACTION_MS = 60_000;
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
  /** Longest that a batch may take to load, in milliseconds. Default: 30,000. */
  readonly loadDeadlineMs?: number;
  /** Longest that a query may take, or a part of a streamed result, in milliseconds. Default: 300,000. */
  readonly deadlineMs?: number;
}

/**
 * Connects to PostgreSQL 15 or newer.
 *
 * @throws DomainError WAREHOUSE_UNAVAILABLE when it cannot be reached or the schema cannot be made; the message names
 *   host and database and no password.
 */
export async function openPostgresWarehouse(options: PostgresWarehouseOptions): Promise<Warehouse> {
  const schema = options.schema ?? DEFAULT_SCHEMA;
  const deadlines = {
    loadMs: options.loadDeadlineMs ?? LOAD_DEADLINE_MS,
    queryMs: options.deadlineMs ?? QUERY_DEADLINE_MS,
  };
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connections ?? DEFAULT_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_DEADLINE_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    statement_timeout: deadlines.queryMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    application_name: 'sortition warehouse',
    options: `-c search_path=${pg.escapeIdentifier(schema)} -c timezone=UTC ${ANALYTICAL}`,
    types: RESULT_TYPES,
  });
  // A connection that breaks while it is idle leaves the pool; the next query opens another.
  pool.on('error', () => undefined);
  const connections = new Connections(pool);
  try {
    await connections.use(CONNECT_DEADLINE_MS, (client) => check(client, schema));
  } catch (error) {
    await pool.end();
    throw warehouseUnavailable(`The warehouse at ${placeOf(options.url)} cannot be opened`, error);
  }
  return new PostgresWarehouse(connections, deadlines);
}

async function check(client: pg.ClientBase, schema: string): Promise<void> {
  const { rows } = await client.query<{ readonly version: number; readonly is_there: boolean }>(
    `SELECT current_setting('server_version_num')::integer AS version, to_regnamespace($1) IS NOT NULL AS is_there`,
    [pg.escapeIdentifier(schema)],
  );
  const version = rows[0]?.version ?? 0;
  if (version < MIN_VERSION) {
    throw new Error(`PostgreSQL 15 or newer is needed, this is ${String(Math.floor(version / 10_000))}.`);
  }
  if (rows[0]?.is_there === true) return;
  try {
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${pg.escapeIdentifier(schema)}`);
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
