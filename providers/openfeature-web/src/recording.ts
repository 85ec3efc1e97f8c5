import type { EvaluationContext, TrackingEventDetails } from '@openfeature/web-sdk';
import { toJson } from '@sortition/openfeature-core';

import type { BulkAnswer, FlagAnswer } from './bulk-answer.js';
import { EventQueue } from './event-queue.js';
import { exposuresOf } from './exposures-of.js';
import type { PlatformHttp } from './platform-http.js';
import type { SortitionWebProviderOptions } from './provider-options.js';
import { unitsAt } from './units-at.js';
import { isRecordable } from './is-recordable.js';
import type { PageRecording, UnsentEvents } from './modules.js';

/** Remembered at most, so that each exposure is recorded once. */
const MAX_REMEMBERED = 1_000;
/** Tracked events that wait at most. */
const MAX_PENDING = 100;
const CLOSE_TIMEOUT_MS = 2_000;

type PendingCall = readonly [name: string, context: EvaluationContext, details: TrackingEventDetails, atMs: number];

/** Records what the application reads and tracks on a page. */
export class Recording implements PageRecording {
  readonly http: PlatformHttp;
  readonly queue: EventQueue;
  readonly unsent: UnsentEvents | undefined;
  /** Exposures that are recorded. */
  readonly exposed = new Set<string>();
  /** Tracked events of contexts of which it is not known where they hold units. */
  readonly pending: PendingCall[] = [];
  readonly #paths: Set<string>;
  #isSettled = false;

  constructor(options: SortitionWebProviderOptions, http: PlatformHttp) {
    const { flushIntervalMs = 1_000, unitAttributes = [], unsentEvents } = options;
    this.http = http;
    this.queue = new EventQueue(http.sendEvents, flushIntervalMs, http.onEventsLost);
    this.unsent = unsentEvents?.(this.queue, options);
    this.#paths = new Set(['targetingKey', ...unitAttributes]);
  }

  /** Records that the application read the flag. */
  expose(flag: FlagAnswer): void {
    const { exposed, queue } = this;
    for (const exposure of exposuresOf(flag)) {
      const name = JSON.stringify(exposure);
      if (!exposed.has(name) && queue.add({ kind: 'exposure', exposure })) exposed.add(name);
    }
    // Whoever is recorded once more than needed is counted once all the same.
    if (exposed.size > MAX_REMEMBERED) exposed.clear();
  }

  /** Records an event for the units of its context, as soon as it is known where that holds any. */
  track(name: string, context: EvaluationContext, details: TrackingEventDetails, atMs = Date.now()): void {
    if (!this.#isSettled && this.pending.length < MAX_PENDING) {
      this.pending.push([name, context, details, atMs]);
      return;
    }
    const { onEventsLost } = this.http;
    const { value, ...rest } = details;
    const units = unitsAt(context, this.#paths);
    const properties = toJson(rest) as Record<string, unknown>;
    if (!units) onEventsLost('no-unit', 1, `track("${name}")`);
    else if (!isRecordable([name, units, details])) onEventsLost('invalid', 1, `track("${name}", ${String(value)})`);
    else this.queue.add({ kind: 'tracked', tracked: { name, units, value, properties } }, atMs);
  }

  /** Another context is evaluated: what is tracked meanwhile waits until it is known where that holds units. */
  unsettle(): void {
    this.#isSettled = false;
  }

  /**
   * Records what waited, each for its own context's units; what has none is this context's, or waits for another.
   *
   * @param answer names the units of the experiments on the page's flags.
   */
  settle(context: EvaluationContext, { flags = [] }: BulkAnswer = {}): void {
    this.#isSettled = true;
    for (const { unitAttribute } of flags.flatMap(exposuresOf)) this.#paths.add(unitAttribute);
    for (const [name, own, ...rest] of this.pending.splice(0)) {
      const owner = [own, context].find((each) => unitsAt(each, this.#paths));
      if (owner) this.track(name, owner, ...rest);
      else this.pending.push([name, own, ...rest]);
    }
  }

  /** Sends what is waiting, within a bound. */
  async close(context: EvaluationContext): Promise<void> {
    this.settle(context);
    const { onEventsLost } = this.http;
    const unsent = await this.queue.close(CLOSE_TIMEOUT_MS);
    if (unsent.length > 0) onEventsLost('unsent', unsent.length);
    if (this.pending.length > 0) onEventsLost('no-unit', this.pending.length);
  }
}
