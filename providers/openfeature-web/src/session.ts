import { backoffMs, DEFAULT_EVENT_QUEUE, EventQueue, EventRecorder } from '@sortition/openfeature-core';

import type { EventStream } from './bulk-answer.js';
import { type ChangeHint, ChangeStream } from './change-stream.js';
import { onPageVisibility } from './page-events.js';
import type { PlatformHttp } from './platform-http.js';
import type { SortitionWebProviderOptions } from './provider-options.js';

/** Events sent together; so few that a batch can outlive its page. */
const BATCH_SIZE = 50;
const CAPACITY = 1_000;
const RECENT_EXPOSURES = 1_000;
const CLOSE_TIMEOUT_MS = 2_000;
const DEFAULT_INACTIVITY_S = 120;
const RETRY = { initialMs: 1_000, maxMs: 60_000 };

/** What exists between `initialize` and `onClose`: everything that runs by itself. */
export class Session {
  readonly recorder: EventRecorder;
  private readonly queue: EventQueue;
  private readonly stream: ChangeStream;
  private readonly poll: ReturnType<typeof setInterval> | undefined;
  private readonly stopListening: () => void;
  private inactivityMs = DEFAULT_INACTIVITY_S * 1_000;
  private hiddenTimer: ReturnType<typeof setTimeout> | undefined;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;

  /** @param refresh looks for changes. */
  constructor(
    private readonly options: SortitionWebProviderOptions,
    http: PlatformHttp,
    private readonly refresh: (hint?: ChangeHint) => void,
  ) {
    const { url, pollIntervalMs = 0, unitAttributes, flushIntervalMs = 1_000 } = options;
    const settings = { ...DEFAULT_EVENT_QUEUE, capacity: CAPACITY, batchSize: BATCH_SIZE, flushIntervalMs };
    this.queue = new EventQueue(http.sendEvents, settings);
    this.recorder = new EventRecorder(this.queue, RECENT_EXPOSURES, unitAttributes);
    this.stream = new ChangeStream(url, { changed: refresh, lost: refresh });
    this.poll = pollIntervalMs > 0 ? setInterval(refresh, pollIntervalMs) : undefined;
    this.stopListening = onPageVisibility(
      () => this.hidden(),
      () => this.visible(),
    );
  }

  /** Whether changes can only be followed under the address that a new evaluation names. */
  get needsStream(): boolean {
    return this.stream.isLost;
  }

  /** Follows the streams that an evaluation named. */
  follow(streams: readonly EventStream[] = []): void {
    if (this.options.push === false) return;
    this.inactivityMs = (streams[0]?.inactivityDelaySec ?? DEFAULT_INACTIVITY_S) * 1_000;
    this.stream.follow(streams);
  }

  /** The platform answered. */
  succeeded(): void {
    this.failures = 0;
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
  }

  /** Looks for changes again after a growing delay; one try is pending at most. */
  retryLater(): void {
    this.failures += 1;
    this.retryTimer ??= setTimeout(
      () => {
        this.retryTimer = undefined;
        this.refresh();
      },
      backoffMs(this.failures, RETRY, Math.random()),
    );
  }

  /** Stops everything and sends the events that wait, within a bound. */
  async close(): Promise<void> {
    clearInterval(this.poll);
    clearTimeout(this.hiddenTimer);
    clearTimeout(this.retryTimer);
    this.stopListening();
    this.stream.pause();
    await this.queue.close(CLOSE_TIMEOUT_MS);
  }

  private hidden(): void {
    void this.queue.flushAtOnce();
    clearTimeout(this.hiddenTimer);
    this.hiddenTimer = setTimeout(() => this.stream.pause(), this.inactivityMs);
  }

  private visible(): void {
    clearTimeout(this.hiddenTimer);
    this.stream.resume();
    if (!this.options.ignoreVisibility) this.refresh();
  }
}
