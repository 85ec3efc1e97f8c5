import { DataSource, type EntitySchema, type MixedList } from 'typeorm';

/** Entity classes of all modules. */
export type Entities = MixedList<(new () => object) | EntitySchema>;

const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 15_000;
/** A connection that is silent for so long is probed, and found dead some ten seconds later. */
const KEEP_ALIVE_AFTER_MS = 10_000;
const POOL_SIZE = 10;

/**
 * The pool that serves requests. Its sessions take the role sortition_app, which owns nothing and is subject to
 * row-level security, whatever user the connection string names.
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
      options: '-c role=sortition_app',
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      query_timeout: STATEMENT_TIMEOUT_MS + 1_000,
      idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    },
  });
}
