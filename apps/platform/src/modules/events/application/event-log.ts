import type { UnitSubject } from './unit-store.js';

/**
 * The append-only log that every event goes through. Offsets grow in the order in which records become visible, so a
 * consumer that reads on from its last offset misses none, ever. Every implementation passes
 * `testing/describe-event-log.ts`; docs/adr/0012 compares them.
 */
export interface EventLog {
  /**
   * How long a repetition of a record's (environment, event id) is certain to be recognised, in milliseconds from the
   * append that stored it; infinite: for as long as the log holds the record. A later repetition may enter the log
   * once more, so whoever follows a log with a finite window must recognise ids itself: the warehouse does.
   */
  readonly duplicateWindowMs: number;
  /**
   * Appends the records whose (environment, event id) the log does not hold. Durable when it resolves. Tells for each
   * record whether it was new; of records that repeat an id the first is. When it rejects, none of the records is
   * promised and none excluded: to append the same records again is always safe, and then one that got in by the
   * failed attempt counts as not new.
   *
   * @throws DomainError DATABASE_UNAVAILABLE, EVENT_LOG_UNAVAILABLE; EVENT_LOG_FULL when the log takes no more until
   *   it is trimmed or enlarged.
   */
  append(records: readonly NewRecord[]): Promise<readonly boolean[]>;
  /**
   * Records with an offset above `after`, in order of offset, at most `limit`. Empty only when there are none up to
   * any end that this object has reported or appended to.
   */
  read(after: number, limit: number): Promise<readonly LogRecord[]>;
  /** Where the log ends now, and a time such that every record received up to it lies at or before that end. */
  end(): Promise<LogEnd>;
  /**
   * Name of the log's newest incarnation. It is another one as soon as records of another incarnation can be read, so
   * whoever asks after a read knows where the records belong.
   */
  source(): Promise<string>;
  /** What tells a consumer whether its offset still means something here, and what the log can still give. */
  history(): Promise<LogHistory>;
  /**
   * Begins an incarnation that continues nothing: for a consumer whose offset lies beyond the end, so that the log must have
   * gone back without noticing it, and nobody knows how far.
   */
  beginAnew(): Promise<void>;
  /** Remembers how far a consumer has come; never moves backwards. */
  commitOffset(consumer: string, offset: number): Promise<void>;
  /** How far a consumer has come; 0 when it never committed. */
  committedOffset(consumer: string): Promise<number>;
  /**
   * Erases what the log holds of a unit's events, durably: `read` gives them never again, or without name, units and
   * properties. All other records keep their offsets.
   *
   * @throws DomainError DATABASE_UNAVAILABLE, EVENT_LOG_UNAVAILABLE; some may be erased then, and the same call erases
   *   the rest.
   */
  eraseUnit(subject: UnitSubject): Promise<ErasedRecords>;
  /** How many events of the unit the log holds. */
  countUnit(subject: UnitSubject): Promise<number>;
}

export const EVENT_LOG = Symbol('EventLog');

export interface NewRecord {
  readonly organizationId: string;
  readonly environmentId: string;
  /** A UUID in lower case. */
  readonly eventId: string;
  /** Milliseconds since the Unix epoch. */
  readonly timeMs: number;
  readonly kind: 'exposure' | 'tracked';
  /** JSON object. */
  readonly payload: string;
}

export interface LogRecord {
  /** A whole number above 0. Grows, with holes. */
  readonly offset: number;
  readonly environmentId: string;
  readonly eventId: string;
  readonly timeMicros: number;
  /** By the log's clock; never less than that of a record before it, as long as that clock is not set back. */
  readonly receivedMicros: number;
  readonly kind: 'exposure' | 'tracked';
  /** The parsed JSON object. */
  readonly payload: unknown;
}

export interface ErasedRecords {
  readonly count: number;
  /** No erased record lies beyond; 0 when there was none. */
  readonly lastOffset: number;
}

export interface LogEnd {
  /** Offset of the last record; 0 when there is none. */
  readonly offset: number;
  readonly time: Date;
}

/**
 * A life of the log. Whenever it may have gone back in time, as after a restore, or was replaced, the log begins a new
 * one: numbers that it has given before may be given again, to other records.
 */
export interface Incarnation {
  /** Under this name consumers keep their offsets. */
  readonly source: string;
  /** Of what the log held before, it holds everything up to here for certain; 0 for the first incarnation. */
  readonly after: number;
}

export interface LogHistory {
  /** The oldest first; at least one. Ones of long ago may be missing. */
  readonly incarnations: readonly Incarnation[];
  /** At least the offset of the last record there ever was in the newest incarnation; 0 when there was none. */
  readonly end: number;
  /** Records up to here were deleted because their retention was over; 0 when there were none. */
  readonly trimmedTo: number;
}
