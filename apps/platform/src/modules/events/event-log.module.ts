import { Module } from '@nestjs/common';
import type { Logger } from 'pino';

import { EVENT_LOG_URL } from '../../runtime/config/event-log-url-token.js';
import { TENANT_DATABASE, type TenantDatabase } from '../../runtime/database/tenant-database.js';
import { LOGGER } from '../../runtime/logger-token.js';
import { EVENT_LOG, type EventLog } from './application/event-log.js';
import { PostgresEventLogUpkeep } from './infra/postgres-event-log-upkeep.js';
import { PostgresEventLog } from './infra/postgres-event-log.js';

/** The log, shared by those who write to it and those who follow it: in the database unless another is configured. */
@Module({
  providers: [
    {
      provide: EVENT_LOG,
      inject: [EVENT_LOG_URL, TENANT_DATABASE, LOGGER],
      useFactory: async (url: string | undefined, database: TenantDatabase, logger: Logger): Promise<EventLog> =>
        url === undefined ? new PostgresEventLog(database) : openJetStream(url, logger),
    },
    PostgresEventLogUpkeep,
  ],
  exports: [EVENT_LOG],
})
export class EventLogModule {}

/** Its client is loaded only where it is used. */
async function openJetStream(url: string, logger: Logger): Promise<EventLog> {
  const [{ JetStreamEventLog }, { parseJetStreamUrl }] = await Promise.all([
    import('./infra/jetstream/jetstream-event-log.js'),
    import('./infra/jetstream/parse-jetstream-url.js'),
  ]);
  return JetStreamEventLog.open(parseJetStreamUrl(url), logger);
}
