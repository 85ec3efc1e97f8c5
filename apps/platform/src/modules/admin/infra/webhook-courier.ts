import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';

import type { SendWebhooks } from '../application/webhooks/send-webhooks.js';

/** Time between two looks into the outbox when nothing was due, in milliseconds. */
const EVERY_MS = 1_000;

/** Sends what waits in the outbox as long as the process runs. */
export class WebhookCourier implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(
    private readonly sending: SendWebhooks,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.schedule(EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.round;
  }

  private schedule(delayMs: number): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      this.round = this.run();
    }, delayMs);
    this.timer.unref();
  }

  private async run(): Promise<void> {
    let hasMore = false;
    try {
      hasMore = await this.sending.execute();
    } catch (error) {
      this.logger.warn({ err: error }, 'webhooks could not be sent, they are tried again');
    }
    this.schedule(hasMore ? 0 : EVERY_MS);
  }
}
