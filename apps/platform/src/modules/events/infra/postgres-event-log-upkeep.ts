import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';

import { EVENT_LOG_RETENTION_DAYS } from '../../../runtime/config/event-log-retention-token.js';
import { LOGGER } from '../../../runtime/logger-token.js';
import { EVENT_LOG, type EventLog } from '../application/event-log.js';
import { PostgresEventLog } from './postgres-event-log.js';

/** Days that events stay in the log when nothing else is configured: time to load them anew after a mishap. */
export const DEFAULT_RETENTION_DAYS = 7;
const SECONDS_PER_DAY = 86_400;
/** Partitions are made for days ahead, so a few failures in a row do no harm. */
const EVERY_MS = 60 * 60 * 1_000;

/** Has the log in PostgreSQL make and drop its partitions: at the start, then every hour. */
@Injectable()
export class PostgresEventLogUpkeep implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private lastPass: Promise<void> = Promise.resolve();

  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(EVENT_LOG_RETENTION_DAYS) private readonly retentionDays: number | undefined,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    const { log } = this;
    if (!(log instanceof PostgresEventLog)) return;
    const run = (): void => {
      this.lastPass = this.pass(log);
    };
    this.timer = setInterval(run, EVERY_MS);
    this.timer.unref();
    run();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.lastPass;
  }

  private async pass(log: PostgresEventLog): Promise<void> {
    try {
      const done = await log.maintain((this.retentionDays ?? DEFAULT_RETENTION_DAYS) * SECONDS_PER_DAY);
      if (done.dropped > 0) this.logger.info({ ...done }, 'dropped old partitions of the event log');
    } catch (error) {
      this.logger.warn({ err: error }, 'the upkeep of the event log failed, it is tried again in an hour');
    }
  }
}
