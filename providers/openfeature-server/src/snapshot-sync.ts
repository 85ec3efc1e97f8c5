import type { assignment } from '@sortition/contracts';
import { backoffMs } from '@sortition/openfeature-core';

import type { PlatformClient } from './platform-client.js';
import type { ProviderSettings } from './provider-options.js';
import type { SnapshotHolder } from './snapshot-holder.js';

export interface SnapshotSyncEvents {
  /** The state at hand is the platform's newest, for the first time or again. */
  current(): void;
  /** The flags that a new state may decide differently. Not called for the first state. */
  changed(flagKeys: readonly string[]): void;
  /** The stream was lost or could not be opened. */
  lost(error: unknown): void;
}

const INITIAL_RECONNECT_MS = 100;
/** After so many streams in a row that brought nothing, the state is also read without a stream. */
const FAILURES_BEFORE_POLL = 2;

/**
 * Keeps a snapshot current: one stream at a time, resumed from the revision at hand. A lost stream is opened again
 * after a growing, jittered delay; while none can be held the state is read by plain calls.
 */
export class SnapshotSync {
  private readonly abort = new AbortController();
  private failures = 0;
  private isRunning = false;

  constructor(
    private readonly client: PlatformClient,
    private readonly holder: SnapshotHolder,
    private readonly settings: ProviderSettings,
    private readonly events: SnapshotSyncEvents,
  ) {}

  /** Starts once; one loop, so at most one attempt is under way or pending. */
  start(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    void this.run();
  }

  stop(): void {
    this.abort.abort();
  }

  private async run(): Promise<void> {
    const { signal } = this.abort;
    while (!this.isStopped()) {
      const error = await this.watch();
      if (this.isStopped()) return;
      this.failures += 1;
      const hasPolled = this.failures >= FAILURES_BEFORE_POLL && (await this.poll());
      if (!hasPolled) this.events.lost(error);
      await pause(this.delayMs(hasPolled), signal);
    }
  }

  private isStopped(): boolean {
    return this.abort.signal.aborted;
  }

  private delayMs(hasPolled: boolean): number {
    const { maxReconnectDelayMs: maxMs, pollIntervalMs } = this.settings;
    const delay = backoffMs(this.failures, { initialMs: INITIAL_RECONNECT_MS, maxMs }, Math.random());
    return hasPolled ? Math.max(delay, pollIntervalMs * (0.5 + Math.random() / 2)) : delay;
  }

  /** Holds one stream for as long as it lives. Resolves with why it ended. */
  private watch(): Promise<unknown> {
    const { held } = this.holder;
    const stream = this.client.watchSnapshot({
      fromRevision: held?.revision ?? 0,
      contentHash: held?.contentHash ?? '',
    });
    return new Promise((resolve) => {
      let idle: NodeJS.Timeout | undefined;
      const stop = (): void => end(new Error('stopped'));
      const end = (reason: unknown): void => {
        clearTimeout(idle);
        this.abort.signal.removeEventListener('abort', stop);
        stream.removeAllListeners('data');
        stream.cancel();
        resolve(reason);
      };
      const sawLife = (): void => {
        clearTimeout(idle);
        const { streamIdleTimeoutMs } = this.settings;
        idle = setTimeout(() => end(new Error('The stream gave no sign of life.')), streamIdleTimeoutMs);
        idle.unref();
      };
      stream.on('error', end);
      stream.on('end', () => end(new Error('The platform ended the stream.')));
      stream.on('data', (message: assignment.WatchSnapshotResponse) => {
        sawLife();
        try {
          this.take(message);
        } catch (error) {
          end(error);
        }
      });
      if (this.abort.signal.aborted) stop();
      else this.abort.signal.addEventListener('abort', stop, { once: true });
      sawLife();
    });
  }

  private take({ update, revision, contentHash }: assignment.WatchSnapshotResponse): void {
    const changed =
      update?.$case === 'full'
        ? this.holder.takeFull(update.value, revision, contentHash)
        : update?.$case === 'delta'
          ? this.holder.takeDelta(update.value, contentHash)
          : undefined;
    this.failures = 0;
    this.events.current();
    if (changed && changed.length > 0) this.events.changed(changed);
  }

  /** Reads the state by a plain call. Returns whether the platform answered. */
  private async poll(): Promise<boolean> {
    const { signal } = this.abort;
    try {
      const contentHash = this.holder.held?.contentHash ?? '';
      const answer = await this.client.getSnapshot({ contentHash }, this.settings.requestTimeoutMs, signal);
      const isOlder = answer.revision < (this.holder.held?.revision ?? 0);
      const changed =
        answer.full.length > 0 && !isOlder
          ? this.holder.takeFull(answer.full, answer.revision, answer.contentHash)
          : undefined;
      this.events.current();
      if (changed && changed.length > 0) this.events.changed(changed);
      return true;
    } catch {
      return false;
    }
  }
}

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    timer.unref();
    signal.addEventListener('abort', done, { once: true });
  });
}
