import type { ExposureIntake, ExposureScope, RecordedExposure } from '../../../runtime/exposure-intake.js';

/** Exposures of one environment that wait at most. */
const CAPACITY = 5_000;
const BATCH_SIZE = 1_000;
/** Longest first delay and longest delay of all before another try, in milliseconds. */
const RETRY_MS = { initial: 250, max: 30_000 } as const;

export interface ExposureQueueOptions {
  /** Longest time that an exposure waits for others, in milliseconds. */
  readonly flushMs: number;
  /** In [0, 1). */
  readonly random: () => number;
  /** Told of exposures that are missing from analysis. */
  readonly onLost: (count: number) => void;
}

/** The recorded exposures of one environment until the log has them: a batch at a time, again with the same ids. */
export class ExposureQueue {
  private waiting: RecordedExposure[] = [];
  private timer: NodeJS.Timeout | undefined;
  private sending: Promise<void> | undefined;
  private failures = 0;
  private isClosed = false;

  constructor(
    /** Whose quota is charged; replaced by what is known last. */
    private scope: ExposureScope,
    private readonly intake: ExposureIntake,
    private readonly options: ExposureQueueOptions,
  ) {}

  get isEmpty(): boolean {
    return this.waiting.length === 0 && !this.sending;
  }

  /** Returns false when there is no room. */
  add(scope: ExposureScope, exposure: RecordedExposure): boolean {
    this.scope = scope;
    if (this.isClosed || this.waiting.length >= CAPACITY) return false;
    this.waiting.push(exposure);
    this.schedule();
    return true;
  }

  /** Sends what waits, once more at most if that fails; what is left is lost. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await this.sending;
    clearTimeout(this.timer);
    if (this.waiting.length > 0) await this.sendAll();
    if (this.waiting.length > 0) this.options.onLost(this.waiting.length);
    this.waiting = [];
  }

  private schedule(): void {
    if (this.timer || this.sending || this.isClosed || this.waiting.length === 0) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.sending = this.sendAll().finally(() => {
        this.sending = undefined;
        this.schedule();
      });
    }, this.delayMs());
    this.timer.unref();
  }

  private delayMs(): number {
    const { flushMs, random } = this.options;
    if (this.failures === 0) return flushMs;
    const longest = Math.min(RETRY_MS.max, RETRY_MS.initial * 2 ** Math.min(this.failures - 1, 20));
    return longest / 2 + (longest / 2) * random();
  }

  /** Sends batches until none waits or one fails. */
  private async sendAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, BATCH_SIZE);
      try {
        const refused = await this.intake.take(this.scope, batch);
        if (refused > 0) this.options.onLost(refused);
      } catch {
        // The quota, the database or the log: all of them may have room again later.
        this.failures += 1;
        return;
      }
      this.failures = 0;
      this.waiting = this.waiting.slice(batch.length);
    }
  }
}
