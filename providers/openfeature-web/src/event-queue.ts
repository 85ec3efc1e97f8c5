import { type OutgoingEvent, type SendEvents, uuidV7 } from '@sortition/openfeature-core';

import type { OnEventsLost } from './events-lost.js';
import { keepaliveBudget } from './keepalive-budget.js';
import type { PageQueue } from './modules.js';
import { sizeOf } from './platform-http.js';
import { retryDelayMs } from './retry-delay.js';
import { Timer } from './timer.js';

/** Events held at most. */
const CAPACITY = 1_000;
/** So little is sent together that a batch outlives its page, and leaves room for what is sent when the page ends. */
const BATCH_BYTES = 30_000;
const BATCH_SIZE = 50;
/** Bytes of a batch beside its events, at most. */
const ENVELOPE_BYTES = 100;
/** Longest delay between two tries before the end, in milliseconds. */
const MAX_CLOSE_PAUSE_MS = 500;
/** Longest first delay and longest delay of all before another try, in milliseconds. */
const RETRY_MS = [250, 30_000] as const;

/**
 * A page's events until the platform has them. Sends batches one at a time, exposures first, again with the same ids
 * after a growing, jittered delay, and in halves when the platform finds them too large. Unlike the queue of servers it
 * cuts by size, since browsers let only so much outlive a page.
 */
export class EventQueue implements PageQueue {
  /** Events that the platform has not taken yet, also those under way, the most important first. */
  waiting: OutgoingEvent[] = [];
  readonly #send: SendEvents;
  readonly #flushIntervalMs: number;
  readonly #onLost: OnEventsLost;
  readonly #underWay = new Set<OutgoingEvent>();
  readonly #closing = new AbortController();
  readonly #timer = new Timer();
  #sending: Promise<void> | undefined;
  #failures = 0;

  /** @param flushIntervalMs longest time that an event waits for others. */
  constructor(send: SendEvents, flushIntervalMs: number, onLost: OnEventsLost) {
    this.#send = send;
    this.#flushIntervalMs = flushIntervalMs;
    this.#onLost = onLost;
  }

  get room(): number {
    return CAPACITY - this.waiting.length;
  }

  /** Takes an event; returns false when there is no room for it. @param atMs when it happened, Unix time. */
  add(payload: OutgoingEvent['payload'], atMs = Date.now()): boolean {
    return this.restore([{ id: uuidV7(atMs), time: new Date(atMs), payload }]);
  }

  /** Takes events that have their ids already; returns false when there is no room for all. */
  restore(events: readonly OutgoingEvent[]): boolean {
    const { room } = this;
    this.waiting.push(...events.slice(0, room));
    // Exposures first.
    this.waiting.sort((a, b) => a.payload.kind.localeCompare(b.payload.kind));
    this.#schedule();
    const tooMany = events.length - room;
    if (tooMany > 0) this.#onLost('full', tooMany);
    return tooMany <= 0;
  }

  /** Sends what is waiting without further delay, as far as the platform answers. */
  flush(): Promise<void> {
    this.#timer.stop();
    this.#sending ??= this.#sendBatches().finally(() => {
      this.#sending = undefined;
      this.#schedule();
    });
    return this.#sending;
  }

  /** Sends at once what browsers let outlive a page; what is under way already is left alone. */
  leave(): Promise<unknown> {
    keepaliveBudget.isEnding = true;
    const sent = this.#deliver(this.#batch(CAPACITY, keepaliveBudget.freeBytes - ENVELOPE_BYTES, 0));
    keepaliveBudget.isEnding = false;
    return sent;
  }

  /** Sends what is waiting, for so long at most, and ends. Returns what is left. */
  async close(deadlineMs: number): Promise<readonly OutgoingEvent[]> {
    const { signal } = this.#closing;
    const deadline = setTimeout(() => this.#closing.abort(), deadlineMs);
    while (this.waiting.length > 0 && !signal.aborted) {
      await this.flush();
      const pauseMs = Math.min(this.#delayMs(), MAX_CLOSE_PAUSE_MS);
      if (this.waiting.length > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    clearTimeout(deadline);
    this.#timer.stop();
    this.#closing.abort();
    return this.waiting;
  }

  #schedule(): void {
    if (this.waiting.length > 0 && !this.#sending) this.#timer.start(this.#delayMs(), () => void this.flush());
  }

  #delayMs(): number {
    return this.#failures > 0 ? retryDelayMs(this.#failures, ...RETRY_MS) : this.#flushIntervalMs;
  }

  async #sendBatches(): Promise<void> {
    let batch;
    do batch = this.#batch(BATCH_SIZE, BATCH_BYTES, 1);
    while (batch.length > 0 && (await this.#deliver(batch)));
  }

  /** Events that are not under way, as many as fit, and at least so many. */
  #batch(size: number, bytes: number, least: 0 | 1): OutgoingEvent[] {
    const idle = this.waiting.filter((event) => !this.#underWay.has(event)).slice(0, size);
    const fitting = idle.findIndex((event) => (bytes -= sizeOf(event)) < 0);
    return fitting < 0 ? idle : idle.slice(0, fitting || least);
  }

  /** Returns whether the platform answered. */
  async #deliver(batch: readonly OutgoingEvent[]): Promise<boolean> {
    if (batch.length === 0) return true;
    for (const event of batch) this.#underWay.add(event);
    const outcome = await this.#send(batch, this.#closing.signal);
    for (const event of batch) this.#underWay.delete(event);
    this.#failures = outcome === 'retry' ? this.#failures + 1 : 0;
    if (this.#failures > 0) return false;
    const half = batch.length >> 1;
    if (outcome === 'too-large') {
      if (half > 0) return (await this.#deliver(batch.slice(0, half))) && this.#deliver(batch.slice(half));
      this.#onLost('too-large', 1);
    }
    this.waiting = this.waiting.filter((event) => !batch.includes(event));
    return true;
  }
}
