import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Clock } from '@sortition/kernel';
import type { Warehouse } from '@sortition/plugin-sdk';
import type { Logger } from 'pino';

import { CLOCK } from '../../../runtime/clock-token.js';
import { QUARANTINE_RETENTION_DAYS } from '../../../runtime/config/quarantine-retention-token.js';
import { LOGGER } from '../../../runtime/logger-token.js';
import { WAREHOUSE } from '../../../runtime/warehouse/warehouse-token.js';
import { QUARANTINE_STORE, type QuarantineStore } from './quarantine-store.js';
import { replaySourcesBefore } from './replay-source.js';

/** Days that quarantined events are kept when nothing else is configured: time to notice, to mend and to replay. */
const DEFAULT_RETENTION_DAYS = 30;
const DAY_MS = 86_400_000;
const EVERY_MS = 60 * 60 * 1_000;

/** Deletes quarantined events that are too old, and what replays have left behind: at the start, then every hour. */
@Injectable()
export class QuarantineUpkeep implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private lastPass: Promise<void> = Promise.resolve();

  constructor(
    @Inject(QUARANTINE_STORE) private readonly store: QuarantineStore,
    @Inject(WAREHOUSE) private readonly warehouse: Warehouse,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(QUARANTINE_RETENTION_DAYS) private readonly retentionDays: number | undefined,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.run(), EVERY_MS);
    this.timer.unref();
    void this.run();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.lastPass;
  }

  /** One pass, after the one under way. A failure is logged; the next pass makes up for it. */
  run(): Promise<void> {
    this.lastPass = this.lastPass.then(() => this.pass());
    return this.lastPass;
  }

  private async pass(): Promise<void> {
    const retentionDays = this.retentionDays ?? DEFAULT_RETENTION_DAYS;
    try {
      const deleted = await this.store.deleteBefore(new Date(this.clock.now() - retentionDays * DAY_MS));
      if (deleted > 0) this.logger.info({ deleted, retentionDays }, 'deleted old quarantined events');
      // One load uses a source, and no load takes a day: nobody comes with these any more.
      const { from, before } = replaySourcesBefore(new Date(this.clock.now() - DAY_MS));
      await this.warehouse.forgetSources(from, before);
    } catch (error) {
      this.logger.warn({ err: error }, 'the upkeep of quarantine failed, it is tried again in an hour');
    }
  }
}
