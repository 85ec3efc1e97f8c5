import type { EventStream } from './bulk-answer.js';
import { retryDelayMs } from './retry-delay.js';

/** What the stream asks for. */
export interface ChangeStreamListener {
  /** Something changed, or may have while the stream was away. */
  changed(hint: ChangeHint): void;
  /** The stream cannot be opened any more under its address; only a new evaluation names another. */
  lost(): void;
}

/** Names the change, so that no cache on the way answers from before it. */
export interface ChangeHint {
  readonly etag?: string;
  readonly lastModified?: number | string;
}

/** Changes that come together are fetched together, and not by all browsers in the same moment. */
const GATHER_MS = 50;
const SPREAD_MS = 150;

/** Follows the platform's notices of change (OFREP event streams, server-sent events). */
export class ChangeStream {
  /** Whether there is no address left to open the stream under. */
  isLost = false;
  #source: EventSource | undefined;
  #address: string | undefined;
  #isInterrupted = false;
  #failures = 0;
  #hint: ChangeHint = {};
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param base URL that addresses without an origin belong to. */
  constructor(
    private readonly base: string,
    private readonly listener: ChangeStreamListener,
  ) {}

  /** Follows the first stream that can be followed; one that is followed already goes on. No streams: stops. */
  follow(streams: readonly EventStream[]): void {
    const stream = streams.find(({ type }) => type === 'sse');
    this.#address = stream && addressOf(stream, this.base);
    this.isLost = false;
    if (this.#address) this.resume();
    else this.pause();
  }

  /** Opens the stream unless it is open. */
  resume(): void {
    // Some service workers, edge runtimes and servers have none.
    if (typeof EventSource === 'undefined' || this.#source || !this.#address) return;
    const source = new EventSource(this.#address);
    this.#source = source;
    source.onopen = () => {
      this.#failures = 0;
      if (this.#isInterrupted) this.#tell({});
      this.#isInterrupted = false;
    };
    source.onmessage = ({ data }) => {
      try {
        const message = JSON.parse(String(data)) as (ChangeHint & { readonly type?: string }) | null;
        if (message?.type === 'refetchEvaluation') this.#tell(message);
      } catch {
        // Nothing that asks for anything.
      }
    };
    source.onerror = () => {
      this.#isInterrupted = true;
      // In any other state the browser tries again by itself.
      if (source.readyState === EventSource.CLOSED) this.#replace();
    };
  }

  /** Closes the stream until `resume`. */
  pause(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#source?.close();
    this.#source = undefined;
  }

  #replace(): void {
    this.pause();
    this.#address = undefined;
    this.isLost = true;
    this.#later(retryDelayMs(++this.#failures), () => this.listener.lost());
  }

  #tell(hint: ChangeHint): void {
    this.#hint = hint;
    this.#later(GATHER_MS + SPREAD_MS * Math.random(), () => this.listener.changed(this.#hint));
  }

  #later(delayMs: number, act: () => void): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      act();
    }, delayMs);
  }
}

function addressOf({ url, endpoint }: EventStream, base: string): string | undefined {
  const address = url ?? endpoint?.requestUri;
  return address && new URL(address, endpoint?.origin ?? base).href;
}
