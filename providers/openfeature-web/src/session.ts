import type { EvaluationContext } from '@openfeature/web-sdk';

import type { BulkAnswer } from './bulk-answer.js';
import { type ChangeHint, ChangeStream, type ChangeStreamListener } from './change-stream.js';
import { eventSource } from './event-source.js';
import { onPage } from './page-events.js';
import type { HttpFailure, PlatformHttp } from './platform-http.js';
import type { SortitionWebProviderOptions } from './provider-options.js';
import { Recording } from './recording.js';
import { retryDelayMs } from './retry-delay.js';
import { Timer } from './timer.js';

/** How long a hidden page holds a stream of its own: a browser opens six connections to a host, for all its pages. */
const UNSHARED_HOLD_MS = 5_000;

/** What a session asks its provider for. */
export interface SessionOwner {
  /** Look for changes. */
  refresh(hint?: ChangeHint): void;
  /** No stream tells of changes any more. */
  lost(): void;
}

/** What exists between `initialize` and `onClose`: everything that runs by itself. */
export class Session implements ChangeStreamListener {
  readonly recording: Recording;
  readonly #options: SortitionWebProviderOptions;
  readonly #owner: SessionOwner;
  readonly #stream: ChangeStream;
  readonly #poll: ReturnType<typeof setInterval> | undefined;
  readonly #ended = new AbortController();
  readonly #hidden = new Timer();
  readonly #retry = new Timer();
  #failures = 0;
  #failure: HttpFailure | undefined;

  constructor(options: SortitionWebProviderOptions, http: PlatformHttp, owner: SessionOwner) {
    this.#options = options;
    this.#owner = owner;
    const { url, apiKey, pollIntervalMs = 0, ignoreVisibility, consent, sharing } = options;
    const { signal } = this.#ended;
    const source = sharing?.(`sortition ${url} ${apiKey}`, eventSource) ?? eventSource;
    this.#stream = new ChangeStream(source, this);
    this.recording = new Recording(options, http);
    consent?.govern(this.recording, signal);
    if (pollIntervalMs > 0) this.#poll = setInterval(() => owner.refresh(), pollIntervalMs);
    const restart = (): void => {
      this.#hidden.stop();
      // What failed may work at once now.
      if (this.isStreamDown) this.#stream.pause();
      this.#stream.resume();
      if (!ignoreVisibility) owner.refresh();
    };
    const pause = (): void => {
      this.#retry.stop();
      this.#stream.pause();
    };
    onPage(
      (isLast) => {
        void this.recording.queue.leave();
        if (isLast) pause();
        else this.#hidden.start(source.holdMs ?? UNSHARED_HOLD_MS, pause);
      },
      restart,
      signal,
    );
  }

  /** Whether changes should be told by a stream and are not. */
  get isStreamDown(): boolean {
    return this.#stream.isDown;
  }

  /** The failure with which the platform asked not to be asked for now. */
  get hold(): HttpFailure | undefined {
    return this.#retry.isRunning && this.#failure?.retryAfterMs ? this.#failure : undefined;
  }

  /** Follows a stream that an evaluation for the context names, and knows the units of its experiments. */
  take(answer: BulkAnswer, context: EvaluationContext): void {
    const { push, url } = this.#options;
    const { eventStreams = [] } = answer;
    this.recording.settle(context, answer);
    // Some service workers, edge runtimes and servers have no EventSource.
    if (push === false || typeof EventSource === 'undefined') return;
    this.#stream.follow(eventStreams, url);
  }

  /** The platform answered. */
  succeeded(): void {
    this.#failures = 0;
    this.#retry.stop();
  }

  /**
   * Looks for changes again after a growing delay, which begins when the platform wants to be asked again; one try is
   * pending at most.
   */
  retryLater(failure: HttpFailure): void {
    if (this.hold) return;
    this.#failure = failure;
    this.#retry.stop();
    this.#retry.start(failure.retryAfterMs + retryDelayMs(++this.#failures), () => this.#owner.refresh());
  }

  changed(hint: ChangeHint): void {
    // Who tries again anyway need not be reminded.
    if (hint.type || !this.#retry.isRunning) this.#owner.refresh(hint);
  }

  turned(): void {
    if (this.isStreamDown) this.#owner.lost();
    else this.#owner.refresh();
  }

  /** Stops everything and sends the events that wait, within a bound. */
  async close(context: EvaluationContext): Promise<void> {
    this.#ended.abort();
    clearInterval(this.#poll);
    this.#hidden.stop();
    this.#retry.stop();
    this.#stream.pause();
    await this.recording.close(context);
  }
}
