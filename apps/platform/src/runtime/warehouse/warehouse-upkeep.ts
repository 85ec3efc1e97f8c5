import type { Warehouse } from '@sortition/plugin-sdk';
import type { Logger } from 'pino';

const INTERVAL_MS = 6 * 3_600_000;
const DAY_MS = 86_400_000;

/**
 * Deletes rows that are older than the retention, when there is one, and compacts what is left; every six hours, the
 * first time six hours after the start.
 */
export class WarehouseUpkeep {
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> = Promise.resolve();
  private readonly stopping = new AbortController();

  constructor(
    private readonly warehouse: Warehouse,
    private readonly logger: Logger,
    private readonly retentionDays: number | undefined,
    private readonly now: () => number = Date.now,
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.run(), INTERVAL_MS);
    this.timer.unref();
  }

  /** One pass, after the one under way. A failure is logged; the next pass makes up for it. */
  run(): Promise<void> {
    this.underWay = this.underWay.then(() => this.pass());
    return this.underWay;
  }

  /** Cuts the pass under way short and waits for it. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.underWay;
  }

  private async pass(): Promise<void> {
    try {
      if (this.retentionDays !== undefined) {
        const deleted = await this.warehouse.deleteBefore((this.now() - this.retentionDays * DAY_MS) * 1_000);
        this.logger.info({ ...deleted, retentionDays: this.retentionDays }, 'deleted old rows from the warehouse');
      }
      await this.warehouse.compact(this.stopping.signal);
    } catch (error) {
      this.logger.warn({ err: error }, 'the upkeep of the warehouse failed, trying again later');
    }
  }
}
