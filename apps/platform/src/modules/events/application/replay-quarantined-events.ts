import { Inject, Injectable } from '@nestjs/common';
import { SerialQueue, type Warehouse } from '@sortition/plugin-sdk';

import { WAREHOUSE } from '../../../runtime/warehouse/warehouse-token.js';
import { judgeEvent } from '../domain/judge-event.js';
import type { QuarantineVerdict } from '../domain/quarantine-verdict.js';
import { EVENT_DEFINITIONS, type EventDefinitions } from './event-definitions.js';
import { EVENT_LOG, type EventLog, type LogRecord } from './event-log.js';
import { quarantineTelemetry } from './events-telemetry.js';
import { loadBatchOf } from './load-batch-of.js';
import {
  QUARANTINE_STORE,
  type QuarantinedEvent,
  type QuarantineFilter,
  type QuarantineScope,
  type QuarantineStore,
  type ReplayDecision,
} from './quarantine-store.js';
import { newReplaySource } from './replay-source.js';

const EVENTS_PER_BATCH = 1_000;
const BATCHES_PER_CALL = 20;

export interface ReplayReport {
  /** Events that are in the warehouse now. */
  readonly replayed: number;
  /** Events that still do not match their definition. */
  readonly failed: number;
  /** Where to go on; empty when nothing is left. */
  readonly nextId: string;
}

/** Loads quarantined events that match the current definitions. */
@Injectable()
export class ReplayQuarantinedEvents {
  /** One batch at a time in this process: a batch holds a connection while it needs another. */
  private readonly batches = new SerialQueue();

  constructor(
    @Inject(QUARANTINE_STORE) private readonly store: QuarantineStore,
    @Inject(EVENT_DEFINITIONS) private readonly definitions: EventDefinitions,
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(WAREHOUSE) private readonly warehouse: Warehouse,
  ) {}

  /**
   * Replays at most 20,000 events. A failure or a kill between any two steps loses nothing and doubles nothing: what
   * was loaded but not marked is loaded again, and the warehouse leaves out the ids that it holds.
   *
   * @param afterId only ids above; empty from the beginning.
   * @throws DomainError DATABASE_UNAVAILABLE, EVENT_LOG_UNAVAILABLE, WAREHOUSE_UNAVAILABLE.
   */
  async execute(scope: QuarantineScope, filter: QuarantineFilter, afterId: string): Promise<ReplayReport> {
    let [replayed, failed, nextId] = [0, 0, afterId];
    for (let batch = 0; batch < BATCHES_PER_CALL; batch += 1) {
      const query = { filter, afterId: nextId, limit: EVENTS_PER_BATCH };
      const { count, lastId } = await this.batches.run(() =>
        this.store.replayNext(scope, query, async (events) => {
          const decision = await this.replay(scope, events);
          replayed += decision.replayed.length;
          failed += decision.failed.size;
          return decision;
        }),
      );
      if (lastId === undefined || count < EVENTS_PER_BATCH) return { replayed, failed, nextId: '' };
      nextId = lastId;
    }
    return { replayed, failed, nextId };
  }

  private async replay(scope: QuarantineScope, events: readonly QuarantinedEvent[]): Promise<ReplayDecision> {
    const found = await this.definitions.current([scope.environmentId]);
    const rules = found.get(scope.environmentId)?.rules;
    const failed = new Map<string, QuarantineVerdict>();
    for (const { eventId, payload } of events) {
      const verdict = rules && judgeEvent(rules, { kind: 'tracked', tracked: payload });
      if (verdict) failed.set(eventId, verdict);
    }
    const passed = events.filter(({ eventId }) => !failed.has(eventId));
    if (passed.length > 0) await this.load(passed);
    return { replayed: passed.map(({ eventId }) => eventId), failed };
  }

  /**
   * Work on the warehouse follows the time of receipt, so the rows get a time after every watermark that was given out
   * before: rows that came in behind one would be missed. A source of its own for each batch, because an offset that
   * two batches share would let the warehouse leave one of them out.
   */
  private async load(events: readonly QuarantinedEvent[]): Promise<void> {
    const { time } = await this.log.end();
    const receivedMicros = (time.getTime() + 1) * 1_000;
    const records = events.map(({ environmentId, eventId, timeMicros, payload }): LogRecord => {
      return { offset: 1, environmentId, eventId, timeMicros, receivedMicros, kind: 'tracked', payload };
    });
    await this.warehouse.load(loadBatchOf(newReplaySource(), 1, records));
    quarantineTelemetry.replayed.add(events.length);
  }
}
