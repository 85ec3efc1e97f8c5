import type { StreamListener, StreamSharing, StreamSource } from './event-source.js';
import { shareInPage } from './share-in-page.js';

/** One stream for all pages costs so little that a hidden one need not hurry to give it up. */
const HIDDEN_HOLD_MS = 120_000;

/** The part of Web Locks that is used. */
interface Locks {
  request(name: string, options: { readonly signal: AbortSignal }, hold: () => Promise<void>): Promise<unknown>;
}

/** The part of BroadcastChannel that is used. */
interface Channel {
  onmessage: ((event: { readonly data: Told }) => void) | null;
  postMessage(told: Told): void;
  close(): void;
}

/** What the page with the stream tells the others, and what one that comes asks. */
type Told =
  | { readonly is: 'alive'; readonly nextWithinMs: number }
  | { readonly is: 'said'; readonly data: string }
  | { readonly is: 'asked' };

/**
 * One stream for all pages of a browser with the same origin: whoever holds a lock opens it and passes on what it hears;
 * when that page ends or is hidden for long, the lock passes to another. Where the browser has no Web Locks (insecure
 * pages) or no BroadcastChannel, one stream for each page.
 */
export const shareAmongTabs: StreamSharing = (name, source) => {
  const { navigator, BroadcastChannel } = globalThis as object as {
    readonly navigator?: { readonly locks?: Locks };
    readonly BroadcastChannel?: new (name: string) => Channel;
  };
  const locks = navigator?.locks;
  if (!locks || !BroadcastChannel) return shareInPage(name, source);
  return new LedSource(
    source,
    (signal, lead) => locks.request(name, { signal }, lead),
    () => new BroadcastChannel(name),
  );
};

/** A source of which only the page that leads has the stream. */
class LedSource implements StreamSource {
  readonly holdMs = HIDDEN_HOLD_MS;
  #address = '';
  #listener: StreamListener | undefined;
  #channel: Channel | undefined;
  #leaving = new AbortController();
  #isLeader = false;
  #close: (() => void) | undefined;
  /** What a page that comes is told. */
  #alive: Told | undefined;
  #said: Told | undefined;

  constructor(
    private readonly source: StreamSource,
    private readonly lock: (signal: AbortSignal, hold: () => Promise<void>) => Promise<unknown>,
    private readonly newChannel: () => Channel,
  ) {}

  open(address: string, listener: StreamListener): () => void {
    this.#address = address;
    this.#listener = listener;
    if (!this.#channel) this.#join();
    else if (this.#isLeader) this.#openStream();
    return () => {
      this.#close?.();
      this.#close = undefined;
    };
  }

  release(): void {
    this.#leaving.abort();
    this.#channel?.close();
    this.#channel = this.#alive = this.#said = undefined;
    this.#isLeader = false;
  }

  #join(): void {
    const { signal } = (this.#leaving = new AbortController());
    this.#channel = this.newChannel();
    this.#channel.onmessage = ({ data: told }) => {
      if (told.is === 'alive') this.#listener?.alive(told.nextWithinMs);
      else if (told.is === 'said') this.#listener?.said(told.data);
      else if (this.#isLeader) for (const known of [this.#alive, this.#said]) this.#tell(known);
    };
    this.#tell({ is: 'asked' });
    const lead = (): Promise<void> =>
      new Promise((resolve) => {
        this.#isLeader = true;
        this.#openStream();
        signal.addEventListener('abort', () => resolve());
      });
    // A page that may not lock has a stream of its own.
    this.lock(signal, lead).catch(() => (signal.aborted ? undefined : lead()));
  }

  #openStream(): void {
    this.#close?.();
    this.#close = this.source.open(this.#address, {
      alive: (nextWithinMs) => {
        this.#tell((this.#alive = { is: 'alive', nextWithinMs }));
        this.#listener?.alive(nextWithinMs);
      },
      said: (data) => {
        this.#tell((this.#said = { is: 'said', data }));
        this.#listener?.said(data);
      },
      failed: () => {
        this.#alive = this.#said = undefined;
        this.#listener?.failed();
      },
    });
  }

  #tell(told: Told | undefined): void {
    if (told) this.#channel?.postMessage(told);
  }
}
