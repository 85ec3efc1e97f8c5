import type { EventStream } from './bulk-answer.js';
import type { StreamSource } from './event-source.js';
import { retryDelayMs } from './retry-delay.js';
import { Timer } from './timer.js';

/** What the stream asks for. */
export interface ChangeStreamListener {
  /** Something may have changed. */
  changed(hint: ChangeHint): void;
  /** Changes are no longer told, or are told again: `isDown` says which. */
  turned(): void;
}

/** Names the change, so that no cache on the way answers from before it. Empty: nothing is known of any. */
export interface ChangeHint {
  /** What the platform calls it. */
  readonly type?: string;
  readonly etag?: string;
  /** The platform's state: `metadata.version` of what is evaluated from it. */
  readonly revision?: number;
}

/** Longest time without a sign of life, from the first attempt or from a loss, before the stream counts as down. */
const SILENCE_MS = 10_000;
/**
 * Longest delay before it is opened again, at first and at last. Half of it is jitter: so long do pages that lose their
 * streams together take to come back.
 */
const REOPEN_MS = [6_000, 15_000] as const;
/** Changes that come together are fetched together, and not by all browsers in the same moment. */
const GATHER_MS = 50;
const SPREAD_MS = 150;

/**
 * Follows the platform's notices of change (OFREP event streams, server-sent events). A stream counts only while it
 * shows signs of life. One that fails is opened again after a growing, jittered delay; from the second failure on, and
 * while it is down, the listener is asked to look for changes instead, in the same rhythm.
 */
export class ChangeStream {
  /** Whether changes are not told: the stream is refused, broken or silent. */
  isDown = false;
  #address: string | undefined;
  #close: (() => void) | undefined;
  #isAlive = false;
  #failures = 0;
  readonly #silence = new Timer();
  readonly #reopen = new Timer();
  readonly #gather = new Timer();

  readonly #source: StreamSource;
  readonly #listener: ChangeStreamListener;

  constructor(source: StreamSource, listener: ChangeStreamListener) {
    this.#source = source;
    this.#listener = listener;
  }

  /**
   * Follows the first stream that can be followed; one that is followed already goes on. No streams: stops.
   *
   * @param base URL that addresses without an origin belong to.
   */
  follow(streams: readonly EventStream[], base: string): void {
    const stream = streams.find(({ type }) => type === 'sse');
    const address = stream && addressOf(stream, base);
    // Who was refused under the old address need not wait.
    if (address !== this.#address && !this.#isAlive) this.#stop();
    this.#address = address;
    if (address) this.resume();
    else this.pause();
  }

  /** Opens the stream unless it is open or about to be. */
  resume(): void {
    if (!this.#address || this.#close || this.#reopen.isRunning) return;
    this.#expect(SILENCE_MS);
    this.#close = this.#source.open(this.#address, {
      alive: (nextWithinMs) => this.#lives(nextWithinMs),
      said: (data) => {
        this.#lives();
        this.#read(data);
      },
      failed: () => this.#failed(),
    });
  }

  /** Closes the stream until `resume`. */
  pause(): void {
    this.#stop();
    this.#silence.stop();
    this.#gather.stop();
    this.#source.release?.();
  }

  #stop(): void {
    this.#reopen.stop();
    this.#close?.();
    this.#close = undefined;
    this.#isAlive = false;
  }

  /** @param nextWithinMs when the next sign of life follows at the latest. */
  #lives(nextWithinMs?: number): void {
    // A stream that several pages share may come back while this one waits to open it.
    this.#reopen.stop();
    if (nextWithinMs || !this.#isAlive) this.#silence.stop();
    if (nextWithinMs) this.#expect(nextWithinMs);
    this.#isAlive = true;
    this.#failures = 0;
    this.#turn(false);
  }

  #failed(): void {
    const wasAlive = this.#isAlive;
    if (wasAlive) this.#silence.stop();
    this.#stop();
    if (!this.isDown) this.#expect(SILENCE_MS);
    this.#reopen.start(retryDelayMs(++this.#failures, ...REOPEN_MS), () => {
      if (this.isDown || !wasAlive) this.#tell({});
      this.resume();
    });
  }

  #expect(withinMs: number): void {
    this.#silence.start(withinMs, () => {
      this.#turn(true);
      if (this.#close) this.#failed();
    });
  }

  #turn(isDown: boolean): void {
    if (this.isDown === isDown) return;
    this.isDown = isDown;
    this.#listener.turned();
  }

  #read(data: string): void {
    try {
      const message = JSON.parse(data) as ChangeHint | null;
      // A stream that was away says no more than this of what it missed.
      if (message?.type === 'refetchEvaluation' || message?.type === 'connected') this.#tell(message);
    } catch {
      // Nothing that asks for anything.
    }
  }

  #tell(hint: ChangeHint): void {
    this.#gather.stop();
    this.#gather.start(GATHER_MS + SPREAD_MS * Math.random(), () => this.#listener.changed(hint));
  }
}

function addressOf({ url, endpoint }: EventStream, base: string): string | undefined {
  const address = url ?? endpoint?.requestUri;
  return address && new URL(address, endpoint?.origin ?? base).href;
}
