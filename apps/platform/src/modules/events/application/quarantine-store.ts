import type { TrackedPayload } from '../domain/event-payload.js';
import type { QuarantineReason, QuarantineVerdict } from '../domain/quarantine-verdict.js';

/** Where events that do not match their definition are kept. */
export interface QuarantineStore {
  /**
   * Keeps events durably; those that are kept already stay as they are. Returns the reasons of the new ones.
   *
   * @throws DomainError DATABASE_UNAVAILABLE; then none of them is promised.
   */
  keep(events: readonly NewQuarantinedEvent[]): Promise<readonly QuarantineReason[]>;
  /** Those received last first. */
  list(scope: QuarantineScope, query: QuarantineQuery): Promise<readonly QuarantinedEvent[]>;
  /**
   * Hands the next events that were not replayed to `decide` and stores what it decides, in one transaction that keeps
   * others from the same events. When it rejects nothing was stored.
   *
   * @returns the number of events and the id of the last; without an id there were none.
   */
  replayNext(
    scope: QuarantineScope,
    query: ReplayQuery,
    decide: (events: readonly QuarantinedEvent[]) => Promise<ReplayDecision>,
  ): Promise<{ readonly count: number; readonly lastId: string | undefined }>;
  /** Resolves when every {@link replayNext} that was under way at the call, in any process, has ended. */
  replaysEnded(): Promise<void>;
  /**
   * Deletes the events of all organizations that were received before a time at least a day ago, replayed or not.
   *
   * @returns how many they were.
   * @throws DomainError DATABASE_UNAVAILABLE; some of them may be gone then, and the same call deletes the rest.
   */
  deleteBefore(time: Date): Promise<number>;
}

export const QUARANTINE_STORE = Symbol('QuarantineStore');

export interface QuarantineScope {
  readonly organizationId: string;
  readonly environmentId: string;
}

export interface NewQuarantinedEvent extends QuarantineScope {
  readonly eventId: string;
  readonly timeMicros: number;
  readonly receivedMicros: number;
  readonly payload: TrackedPayload;
  readonly verdict: QuarantineVerdict;
}

export interface QuarantinedEvent extends NewQuarantinedEvent {
  /** When a replay loaded it into the warehouse. */
  readonly replayedAt: Date | undefined;
}

/** Every field that is present must fit. */
export interface QuarantineFilter {
  readonly event?: string;
  readonly reason?: string;
  /** Received at or after. */
  readonly receivedFrom?: Date;
  readonly receivedBefore?: Date;
  readonly eventIds?: readonly string[];
}

export interface QuarantineQuery {
  readonly filter: QuarantineFilter;
  /** Undefined: whatever became of them. */
  readonly isReplayed: boolean | undefined;
  /** The last event of the page before. */
  readonly after: Pick<QuarantinedEvent, 'receivedMicros' | 'eventId'> | undefined;
  readonly limit: number;
}

export interface ReplayQuery {
  readonly filter: QuarantineFilter;
  /** Only ids above; empty for all. */
  readonly afterId: string;
  readonly limit: number;
}

export interface ReplayDecision {
  /** Ids of the events that are in the warehouse now. */
  readonly replayed: readonly string[];
  /** New verdicts on the others, by id. */
  readonly failed: ReadonlyMap<string, QuarantineVerdict>;
}
