import { backoffMs } from './backoff.js';
import type { DropReason, OutgoingEvent, SendEvents } from './event.js';
import { uuidV7 } from './uuid-v7.js';

export interface EventQueueOptions {
  /** Events held at most; further ones are dropped. */
  readonly capacity: number;
  /** Events sent together; a batch is sent as soon as there are so many. */
  readonly batchSize: number;
  /** Longest time that an event waits for others, in milliseconds. */
  readonly flushIntervalMs: number;
  /** Longest delay between two tries, in milliseconds. */
  readonly maxBackoffMs: number;
  /** Is told of events that are dropped. Must not throw. */
  readonly onDropped?: (reason: DropReason, count: number, message?: string) => void;
  /** Milliseconds since the Unix epoch. */
  readonly now?: () => number;
}

export const DEFAULT_EVENT_QUEUE: EventQueueOptions = {
  capacity: 10_000,
  batchSize: 200,
  flushIntervalMs: 1_000,
  maxBackoffMs: 30_000,
};

const INITIAL_BACKOFF_MS = 250;

/**
 * Collects events and sends them in batches, one at a time, in order, until the platform has answered. A batch that
 * could not be sent is tried again with the same ids after a growing, jittered delay. One that is too large is sent in
 * halves; an event that is too large alone is dropped.
 */
export class EventQueue {
  #waiting: OutgoingEvent[] = [];
  readonly #abort = new AbortController();
  #sending: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #isClosed = false;

  constructor(
    private readonly send: SendEvents,
    private readonly options: EventQueueOptions,
  ) {}

  /** Takes an event; returns false when there is no room for it or the queue is closed. */
  add(payload: OutgoingEvent['payload']): boolean {
    const { capacity, batchSize, flushIntervalMs, now = Date.now } = this.options;
    if (this.#isClosed || this.#waiting.length >= capacity) {
      this.drop(this.#isClosed ? 'unsent' : 'full');
      return false;
    }
    const nowMs = now();
    this.#waiting.push({ id: uuidV7(nowMs), time: new Date(nowMs), payload });
    if (this.#failures > 0) return true;
    if (this.#waiting.length >= batchSize) this.#sendNow();
    else this.#schedule(flushIntervalMs);
    return true;
  }

  /** Tells of an event that is not taken. */
  drop(reason: DropReason, message?: string): void {
    this.options.onDropped?.(reason, 1, message);
  }

  /** Sends what is waiting without further delay, as far as the platform answers. */
  async flush(): Promise<void> {
    this.#sendNow();
    await this.#sending;
  }

  /** Sends what is waiting, for at most `deadlineMs`, drops the rest, and takes nothing more. Idempotent. */
  async close(deadlineMs: number): Promise<void> {
    this.#isClosed = true;
    let deadline: ReturnType<typeof setTimeout> | undefined;
    const expired = new Promise<void>((resolve) => {
      deadline = setTimeout(resolve, deadlineMs);
    });
    await Promise.race([this.#drain(), expired]);
    clearTimeout(deadline);
    clearTimeout(this.#timer);
    this.#abort.abort();
    const unsent = this.#waiting.length;
    this.#waiting = [];
    if (unsent > 0) this.options.onDropped?.('unsent', unsent);
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#abort.signal.aborted) {
      await this.flush();
      if (this.#failures > 0) await this.#pause();
    }
    await this.#sending;
  }

  /** Ends with the next try's time, or never when it is closed before. */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#timer = setTimeout(resolve, this.#backoff());
    });
  }

  #sendNow(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sending ??= this.#sendBatches().finally(() => {
      this.#sending = undefined;
      if (this.#waiting.length === 0 || this.#isClosed) return;
      this.#schedule(this.#failures > 0 ? this.#backoff() : this.options.flushIntervalMs);
    });
  }

  async #sendBatches(): Promise<void> {
    do {
      const batch = this.#waiting.slice(0, this.options.batchSize);
      if (batch.length === 0 || !(await this.#sendBatch(batch))) return;
    } while (this.#waiting.length >= this.options.batchSize || this.#isClosed);
  }

  /** Returns whether the platform answered. */
  async #sendBatch(batch: readonly OutgoingEvent[]): Promise<boolean> {
    const outcome = await this.send(batch, this.#abort.signal);
    if (outcome === 'retry') {
      this.#failures += 1;
      return false;
    }
    this.#failures = 0;
    if (outcome === 'too-large') {
      const half = batch.length >> 1;
      if (half > 0) return (await this.#sendBatch(batch.slice(0, half))) && this.#sendBatch(batch.slice(half));
      this.drop('too-large');
    }
    this.#remove(batch);
    return true;
  }

  #remove(batch: readonly OutgoingEvent[]): void {
    const sent = new Set(batch);
    this.#waiting = this.#waiting.filter((event) => !sent.has(event));
  }

  #backoff(): number {
    const { maxBackoffMs } = this.options;
    return backoffMs(this.#failures, { initialMs: INITIAL_BACKOFF_MS, maxMs: maxBackoffMs }, Math.random());
  }

  #schedule(delayMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#sendNow();
    }, delayMs);
    // Only Node's timers keep a process alive, and only they can be told not to.
    (this.#timer as { readonly unref?: () => void }).unref?.();
  }
}
