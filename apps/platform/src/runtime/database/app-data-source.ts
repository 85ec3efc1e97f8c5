import { DataSource, type EntitySchema, type MixedList } from 'typeorm';

import { ANSWER_TIMEOUT_MS } from './app-role.js';
import { requireIsolation } from './require-isolation.js';

/** Entity classes of all modules. */
export type Entities = MixedList<(new () => object) | EntitySchema>;

const CONNECT_TIMEOUT_MS = 5_000;
/** A connection that is silent for so long is probed, and found dead some ten seconds later. */
const KEEP_ALIVE_AFTER_MS = 10_000;
const POOL_SIZE = 10;

/**
 * The pool that serves requests. Each new connection is used only once it has shown that tenants are kept apart. It
 * sends no parameters with the start of a connection and leaves no state in a session: see ADR 0008.
 */
export function appDataSource(databaseUrl: string, entities: Entities): DataSource {
  return new DataSource({
    type: 'postgres',
    url: databaseUrl,
    entities,
    synchronize: false,
    migrationsRun: false,
    logging: false,
    applicationName: 'sortition',
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    extra: {
      max: POOL_SIZE,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
      onConnect: requireIsolation,
    },
  });
}
