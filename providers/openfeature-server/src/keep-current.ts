import type { ClientReadableStream } from '@grpc/grpc-js';
import { backoffMs } from '@sortition/openfeature-core';

import { pause } from './pause.js';
import type { ProviderSettings } from './provider-options.js';

/** The flags that may be decided differently: their keys, or any of them. */
export type Change = readonly string[] | 'any';

/** What a message of a stream brought. */
export interface Update {
  readonly change: Change;
  /** More messages follow at once; what is at hand is not the newest before the last of them. */
  readonly hasMore: boolean;
}

/** What is kept current: by a stream of updates, or by plain calls. */
export interface UpdateSource<Message> {
  /** Opens a stream that starts from what is at hand; its first message comes at once. */
  open(): ClientReadableStream<Message>;
  /** Takes a message of the stream. @throws Error when it cannot be used; what is at hand stays. */
  take(message: Message): Update;
  /** Gets up to date without a stream. Rejects when the platform does not answer. */
  poll(signal: AbortSignal): Promise<Change>;
}

export interface UpdateListener {
  /** What is at hand is the platform's newest, and what that changed. Called for every sign of life. */
  current(change: Change): void;
  /** The stream was lost or could not be opened. */
  lost(error: unknown): void;
}

const NOTHING: readonly string[] = [];
const INITIAL_RECONNECT_MS = 100;
/** After so many streams in a row that brought nothing, plain calls are tried as well. */
const FAILURES_BEFORE_POLL = 2;

/**
 * Keeps a source current: one stream at a time, resumed from what is at hand. A lost stream is opened again after a
 * growing, jittered delay; while none can be held the source is polled.
 */
export class KeepCurrent<Message> {
  private readonly abort = new AbortController();
  private failures = 0;
  private isRunning = false;
  private wasCurrent = false;
  /** Of messages that others follow. */
  private untold: Change = NOTHING;

  constructor(
    private readonly source: UpdateSource<Message>,
    private readonly settings: ProviderSettings,
    private readonly listener: UpdateListener,
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
      const isTimeToPoll = !this.wasCurrent || this.failures >= FAILURES_BEFORE_POLL;
      const hasPolled = isTimeToPoll && (await this.poll());
      if (this.isStopped()) return;
      if (!hasPolled) this.listener.lost(error);
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
    const stream = this.source.open();
    const { streamIdleTimeoutMs, firstMessageTimeoutMs } = this.settings;
    return new Promise((resolve) => {
      const giveUp = (): void => end(new Error('The stream gave no sign of life.'));
      let idle = setTimeout(giveUp, Math.min(streamIdleTimeoutMs, firstMessageTimeoutMs)).unref();
      let isFirst = true;
      const stop = (): void => end(new Error('stopped'));
      const end = (reason: unknown): void => {
        clearTimeout(idle);
        this.abort.signal.removeEventListener('abort', stop);
        stream.removeAllListeners('data');
        stream.cancel();
        resolve(reason);
      };
      stream.on('error', end);
      stream.on('end', () => end(new Error('The platform ended the stream.')));
      stream.on('data', (message: Message) => {
        if (isFirst) {
          isFirst = false;
          clearTimeout(idle);
          idle = setTimeout(giveUp, streamIdleTimeoutMs).unref();
        } else idle.refresh();
        try {
          this.took(this.source.take(message));
        } catch (error) {
          end(error);
        }
      });
      if (this.abort.signal.aborted) stop();
      else this.abort.signal.addEventListener('abort', stop, { once: true });
    });
  }

  /** Returns whether the platform answered. */
  private async poll(): Promise<boolean> {
    try {
      const change = await this.source.poll(this.abort.signal);
      if (this.isStopped()) return false;
      this.becameCurrent(change);
      return true;
    } catch {
      return false;
    }
  }

  private took({ change, hasMore }: Update): void {
    if (hasMore) {
      this.untold = both(this.untold, change);
      return;
    }
    this.failures = 0;
    this.becameCurrent(change);
  }

  private becameCurrent(change: Change): void {
    const told = both(this.untold, change);
    this.untold = NOTHING;
    this.wasCurrent = true;
    this.listener.current(told);
  }
}

/** The change that two in a row make. */
function both(first: Change, second: Change): Change {
  if (first === 'any' || second === 'any') return 'any';
  return first.length === 0 ? second : [...new Set([...first, ...second])].sort();
}
