import { Inject, Injectable } from '@nestjs/common';
import { type Clock, DomainError } from '@sortition/kernel';

import { CLOCK } from '../../../runtime/clock-token.js';
import { type AcceptedEvent, acceptEvent, acceptTranscribed } from '../domain/accepted-event.js';
import type { EventDraft } from '../domain/event-draft.js';
import { EventRejection } from '../domain/event-rejection.js';
import { clockSkewMs } from '../domain/event-time.js';
import type { QuarantineVerdict } from '../domain/quarantine-verdict.js';
import type { TranscribedEvent } from '../domain/transcribed-event.js';
import type { NewRecord } from './event-log.js';
import { EVENT_VALIDATION, type EventValidation, NO_DEFINITIONS } from './event-validation.js';
import { EventQuotas, type QuotaHolder } from './event-quotas.js';
import { EventWriter } from './event-writer.js';
import { ingestTelemetry, quarantineTelemetry } from './events-telemetry.js';

/** Most events of a batch. */
export const MAX_EVENTS_PER_BATCH = 1_000;

/** An event that is received later than this after it happened counts as late. */
const LATE_MS = 60 * 60 * 1_000;

/** Where the events of a credential go. */
export interface EventScope extends QuotaHolder {
  readonly environmentId: string;
}

export interface SubmittedBatch {
  /** Events, or why an event could not even be read. */
  readonly events: readonly SubmittedEvent[];
  /** When the batch was sent, by the sender's clock. */
  readonly sentAt: Date | undefined;
}

export type SubmittedEvent = EventDraft | TranscribedEvent | UnreadableEvent;

/** An event whose fields are of the wrong type. */
export interface UnreadableEvent {
  /** As received, as far as it was text. */
  readonly id: string;
  readonly rejection: EventRejection;
}

/** What happened to one event of a batch. */
export type EventOutcome =
  | { readonly id: string; readonly outcome: 'accepted' | 'duplicate' }
  | { readonly id: string; readonly outcome: 'quarantined'; readonly verdict: QuarantineVerdict }
  | { readonly id: string; readonly outcome: 'rejected'; readonly rejection: EventRejection };

/** Takes a batch: stores its good events durably and tells for each event what happened. */
@Injectable()
export class PublishEvents {
  constructor(
    @Inject(EventWriter) private readonly writer: EventWriter,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(EVENT_VALIDATION) private readonly validation: EventValidation = NO_DEFINITIONS,
    @Inject(EventQuotas) private readonly quotas: EventQuotas = new EventQuotas({}, clock),
  ) {}

  /**
   * Returns when a batch of the holder may be taken now; asked before the batch is read.
   *
   * @throws DomainError QUOTA_EXCEEDED.
   */
  admit(holder: QuotaHolder): void {
    this.quotas.admit(holder);
    try {
      this.writer.requireRoom(holder.organizationId);
    } catch (error) {
      throw counted(error);
    }
  }

  /**
   * Resolves when the accepted events are durable.
   *
   * @throws DomainError INVALID_ARGUMENT for more than 1,000 events, QUOTA_EXCEEDED, DATABASE_UNAVAILABLE; then no
   *   event is acknowledged, and sending all of them again with the same ids is safe.
   */
  async execute(scope: EventScope, batch: SubmittedBatch): Promise<readonly EventOutcome[]> {
    if (batch.events.length > MAX_EVENTS_PER_BATCH) throw tooManyEvents(batch.events.length);
    this.quotas.admit(scope);
    this.quotas.charge(scope, batch.events.length);
    const startedMs = performance.now();
    const receivedMs = this.clock.now();
    const skewMs = clockSkewMs(batch.sentAt, receivedMs);
    const checked = batch.events.map((event) => {
      if ('rejection' in event) return event.rejection;
      return 'sentMs' in event ? acceptTranscribed(event, skewMs, receivedMs) : acceptEvent(event, skewMs, receivedMs);
    });

    const records = checked.filter(isAccepted).map((event) => recordOf(scope, event));
    const isNew = await this.write(scope, records);

    const outcomes = this.outcomesOf(scope, batch.events, checked, isNew);
    count(outcomes);
    const isLate = ({ timeMs }: NewRecord): boolean => receivedMs - timeMs > LATE_MS;
    ingestTelemetry.late.add(records.filter((record, index) => isNew[index] === true && isLate(record)).length);
    ingestTelemetry.batchDuration.record((performance.now() - startedMs) / 1_000);
    return outcomes;
  }

  private async write({ organizationId }: EventScope, records: readonly NewRecord[]): Promise<readonly boolean[]> {
    try {
      return await this.writer.write(organizationId, records);
    } catch (error) {
      throw counted(error);
    }
  }

  private outcomesOf(
    { environmentId }: EventScope,
    events: readonly SubmittedEvent[],
    checked: readonly (AcceptedEvent | EventRejection)[],
    isNew: readonly boolean[],
  ): readonly EventOutcome[] {
    // Raw first: the event is durable whatever its definition says.
    const judge = this.validation.judgeOf(environmentId);
    let stored = 0;
    return checked.map((result, index): EventOutcome => {
      const id = events[index]?.id ?? '';
      if (result instanceof EventRejection) return { id, outcome: 'rejected', rejection: result };
      const isStored = isNew[stored] === true;
      stored += 1;
      if (!isStored) return { id, outcome: 'duplicate' };
      const verdict = judge?.(result);
      return verdict ? { id, outcome: 'quarantined', verdict } : { id, outcome: 'accepted' };
    });
  }
}

/** What keeps an event from analysis; undefined when nothing does. */
export function problemOf(event: EventOutcome): EventRejection | QuarantineVerdict | undefined {
  if (event.outcome === 'rejected') return event.rejection;
  return event.outcome === 'quarantined' ? event.verdict : undefined;
}

/** Counts a failure of the writer when it is a lack of room. */
function counted(error: unknown): unknown {
  const hasNoRoom = error instanceof DomainError && error.kind === 'exhausted';
  if (hasNoRoom) ingestTelemetry.refused.add(1, { reason: 'room' });
  return error;
}

function isAccepted(event: AcceptedEvent | EventRejection): event is AcceptedEvent {
  return !(event instanceof EventRejection);
}

function recordOf({ organizationId, environmentId }: EventScope, event: AcceptedEvent): NewRecord {
  const { id, timeMs, kind, payload } = event;
  return { organizationId, environmentId, eventId: id, timeMs, kind, payload };
}

function count(outcomes: readonly EventOutcome[]): void {
  let accepted = 0;
  let duplicates = 0;
  for (const event of outcomes) {
    if (event.outcome === 'rejected') ingestTelemetry.rejected.add(1, { reason: event.rejection.reason });
    else if (event.outcome === 'duplicate') duplicates += 1;
    else accepted += 1;
    if (event.outcome === 'quarantined') quarantineTelemetry.announced.add(1, { reason: event.verdict.reason });
  }
  ingestTelemetry.accepted.add(accepted);
  ingestTelemetry.duplicates.add(duplicates);
}

function tooManyEvents(length: number): DomainError {
  const description = `has ${length} entries; at most ${MAX_EVENTS_PER_BATCH} are allowed`;
  return new DomainError('invalid', 'INVALID_ARGUMENT', `events ${description}.`, {
    violations: [{ field: 'events', description }],
  });
}
