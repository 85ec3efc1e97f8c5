import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from 'pino';

interface Step {
  readonly name: string;
  readonly close: () => Promise<unknown>;
}

const STEP_DEADLINE_MS = 8_000;

/** What has been opened, to be closed in the opposite order. One failing step does not keep the others from running. */
export class ClosingStack {
  private readonly steps: Step[] = [];
  private closed: Promise<void> | undefined;

  constructor(private readonly logger: Logger) {}

  get isClosing(): boolean {
    return this.closed !== undefined;
  }

  add(name: string, close: () => Promise<unknown>): void {
    this.steps.push({ name, close });
  }

  /** Idempotent: later calls wait for the first. */
  close(): Promise<void> {
    this.closed ??= this.closeAll();
    return this.closed;
  }

  private async closeAll(): Promise<void> {
    for (const { name, close } of this.steps.reverse()) {
      const deadline = new AbortController();
      const expired = sleep(STEP_DEADLINE_MS, 'expired', { signal: deadline.signal, ref: false }).catch(
        () => undefined,
      );
      try {
        const outcome = await Promise.race([close(), expired]);
        if (outcome === 'expired') this.logger.warn({ step: name }, 'closing took too long and was left behind');
      } catch (error) {
        this.logger.error({ step: name, err: error }, 'closing failed');
      } finally {
        deadline.abort();
      }
    }
  }
}
