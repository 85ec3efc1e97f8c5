import { EventQueue, EventRecorder, exposuresOf } from '@sortition/openfeature-core';

import { assignedDecision } from './assigned-decision.js';
import type { BulkAnswer } from './bulk-answer.js';
import { type ChangeHint, ChangeStream } from './change-stream.js';
import { onPageVisibility } from './page-events.js';
import type { HttpFailure, PlatformHttp } from './platform-http.js';
import type { SortitionWebProviderOptions } from './provider-options.js';
import { retryDelayMs } from './retry-delay.js';

/** So few events are sent together that a batch can outlive its page. */
const QUEUE = { capacity: 1_000, batchSize: 50, maxBackoffMs: 30_000 };
const RECENT_EXPOSURES = 1_000;
const CLOSE_TIMEOUT_MS = 2_000;
const DEFAULT_INACTIVITY_S = 120;

/** What exists between `initialize` and `onClose`: everything that runs by itself. */
export class Session {
  readonly recorder: EventRecorder;
  readonly stream: ChangeStream;
  readonly #queue: EventQueue;
  readonly #poll: ReturnType<typeof setInterval> | undefined;
  readonly #ended = new AbortController();
  #inactivityMs = DEFAULT_INACTIVITY_S * 1_000;
  #hiddenTimer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #failure: HttpFailure | undefined;
  #notBeforeMs = 0;

  /** @param refresh looks for changes. */
  constructor(
    private readonly options: SortitionWebProviderOptions,
    http: PlatformHttp,
    private readonly refresh: (hint?: ChangeHint) => void,
  ) {
    const { url, pollIntervalMs = 0, ignoreVisibility, unitAttributes, flushIntervalMs = 1_000 } = options;
    this.#queue = new EventQueue(http.sendEvents, { ...QUEUE, flushIntervalMs });
    this.recorder = new EventRecorder(this.#queue, RECENT_EXPOSURES, unitAttributes);
    this.stream = new ChangeStream(url, { changed: refresh, lost: refresh });
    this.#poll = pollIntervalMs > 0 ? setInterval(refresh, pollIntervalMs) : undefined;
    const hidden = (): void => {
      void this.#queue.flushAtOnce();
      clearTimeout(this.#hiddenTimer);
      this.#hiddenTimer = setTimeout(() => this.stream.pause(), this.#inactivityMs);
    };
    const visible = (): void => {
      clearTimeout(this.#hiddenTimer);
      this.stream.resume();
      if (!ignoreVisibility) refresh();
    };
    onPageVisibility(hidden, visible, this.#ended.signal);
  }

  /** Follows the streams that an evaluation names, and knows the units of its experiments from now on. */
  take({ flags = [], eventStreams = [] }: BulkAnswer): void {
    for (const flag of flags) {
      for (const { unitAttribute } of exposuresOf(flag.key, assignedDecision(flag))) {
        this.recorder.knowUnitAttribute(unitAttribute);
      }
    }
    if (this.options.push === false) return;
    this.#inactivityMs = (eventStreams[0]?.inactivityDelaySec ?? DEFAULT_INACTIVITY_S) * 1_000;
    this.stream.follow(eventStreams);
  }

  /** The failure with which the platform asked not to be asked for now. */
  get hold(): HttpFailure | undefined {
    return Date.now() < this.#notBeforeMs ? this.#failure : undefined;
  }

  /** The platform answered. */
  succeeded(): void {
    this.#failures = this.#notBeforeMs = 0;
    clearTimeout(this.#retryTimer);
  }

  /**
   * Looks for changes again after a growing delay, which begins when the platform wants to be asked again; one try is
   * pending at most.
   */
  retryLater(failure: HttpFailure): void {
    if (this.hold) return;
    const { retryAfterMs } = failure;
    this.#failure = failure;
    this.#notBeforeMs = Date.now() + retryAfterMs;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(
      () => {
        // The clock may have been set back.
        this.#notBeforeMs = 0;
        this.refresh();
      },
      retryAfterMs + retryDelayMs(++this.#failures),
    );
  }

  /** Stops everything and sends the events that wait, within a bound. */
  async close(): Promise<void> {
    clearInterval(this.#poll);
    clearTimeout(this.#hiddenTimer);
    clearTimeout(this.#retryTimer);
    this.#ended.abort();
    this.stream.pause();
    await this.#queue.close(CLOSE_TIMEOUT_MS);
  }
}
