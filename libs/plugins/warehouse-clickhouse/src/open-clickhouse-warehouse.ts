import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { type Warehouse, warehouseUnavailable } from '@sortition/plugin-sdk';

import { BatchLoader } from './batch-loader.js';
import { ClickHouseWarehouse } from './clickhouse-warehouse.js';

const DEFAULT_DATABASE = 'sortition';
const HTTP_PORT = 8123;
const HTTPS_PORT = 8443;
const QUERY_DEADLINE_MS = 300_000;
const LOAD_DEADLINE_MS = 30_000;

export interface ClickHouseWarehouseOptions {
  /**
   * Address of the HTTP interface, `clickhouse://user:password@host:8123/database`; `clickhouses://` for TLS. The
   * database is made when absent. Defaults: port 8123, or 8443 with TLS; database `sortition`.
   */
  readonly url: string;
  /** Longest that a statement may take, in milliseconds. Default: 300,000. */
  readonly deadlineMs?: number;
  /** Longest that each step of loading a batch may take, in milliseconds. Default: 30,000. */
  readonly loadDeadlineMs?: number;
}

/**
 * Connects to ClickHouse.
 *
 * @throws DomainError WAREHOUSE_UNAVAILABLE when it cannot be reached or refuses the credentials; the message names host
 *   and database and no password.
 */
export async function openClickHouseWarehouse(options: ClickHouseWarehouseOptions): Promise<Warehouse> {
  const { server, username, password, database } = addressOf(options.url);
  const deadlineMs = options.deadlineMs ?? QUERY_DEADLINE_MS;
  const loadDeadlineMs = options.loadDeadlineMs ?? LOAD_DEADLINE_MS;
  const connect = (to: string | undefined, requestMs: number): ReturnType<typeof createClient> =>
    createClient({
      url: server,
      username,
      password,
      ...(to !== undefined && { database: to }),
      application: 'sortition',
      request_timeout: requestMs,
      log: { level: ClickHouseLogLevel.OFF },
    });
  const unbound = connect(undefined, loadDeadlineMs);
  try {
    await unbound.command({ query: `CREATE DATABASE IF NOT EXISTS ${quoted(database)}` });
  } catch (error) {
    throw warehouseUnavailable(`The warehouse at ${server}/${database} cannot be opened`, error);
  } finally {
    await unbound.close();
  }
  return new ClickHouseWarehouse(connect(database, deadlineMs), new BatchLoader(connect(database, loadDeadlineMs)));
}

function addressOf(text: string): {
  readonly server: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
} {
  // URL does not take a scheme apart that it does not know.
  const isSecure = text.startsWith('clickhouses://');
  const url = new URL(text.replace(/^clickhouses?:/, 'http:'));
  const port = url.port === '' ? (isSecure ? HTTPS_PORT : HTTP_PORT) : url.port;
  const path = decodeURIComponent(url.pathname.slice(1));
  return {
    server: `${isSecure ? 'https' : 'http'}://${url.hostname}:${String(port)}`,
    username: url.username === '' ? 'default' : decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: path === '' ? DEFAULT_DATABASE : path,
  };
}

function quoted(identifier: string): string {
  return `\`${identifier.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}
