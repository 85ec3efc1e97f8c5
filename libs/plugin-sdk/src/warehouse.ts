/**
 * Where raw exposures and events are kept for analysis, and where metric SQL runs.
 *
 * The tables, which metric SQL reads by these names:
 * - `exposures(environment_id, event_id, time, received_at, flag, variant, rule, experiment, phase, unit_attribute, unit)`
 * - `events(environment_id, event_id, time, received_at, name, value, units, properties)`, `units` being a map from
 *   attribute path to unit.
 */
export interface Warehouse {
  /** Name of the SQL dialect, as `@sortition/metric-sql` knows it. */
  readonly dialect: string;
  /** Creates or migrates the tables. Idempotent. */
  prepare(): Promise<void>;
  /**
   * Appends a batch and records its offset, durably. A batch whose offset is not beyond the recorded one changes nothing.
   * Rows whose (environment, event id) the table holds already are left out, as are repetitions within the batch: the
   * first row with an id stays. When it rejects or is cut off, the offset is not recorded; a warehouse without
   * transactions may hold some of the rows then, and queries see each once when a batch brings them again.
   *
   * @throws DomainError WAREHOUSE_UNAVAILABLE when the same call may succeed later; INVALID_STATE when the batch does not
   *   continue what is recorded.
   */
  load(batch: LoadBatch): Promise<LoadResult>;
  /** The last offset recorded for a source; 0 when there is none. */
  offset(source: string): Promise<number>;
  /**
   * Forgets the offsets of the sources whose names lie from `from` up to, not including, `before`, by code points; for
   * sources that no load will name again.
   *
   * @throws DomainError WAREHOUSE_UNAVAILABLE.
   */
  forgetSources(from: string, before: string): Promise<void>;
  /**
   * Runs a query with positional parameters (`$1` is the first) and returns its rows. Whole numbers come as numbers. The
   * SQL casts a parameter to the type that it needs: warehouses differ in what they take an uncast one for.
   *
   * @throws DomainError WAREHOUSE_UNAVAILABLE when the warehouse cannot answer.
   */
  query(sql: string, parameters: readonly WarehouseValue[]): Promise<readonly WarehouseRow[]>;
  /**
   * Runs a query like `query` and gives its rows in batches as they come, so that memory does not grow with the result.
   * Ending the iteration early ends the query.
   *
   * @throws DomainError WAREHOUSE_UNAVAILABLE when the warehouse cannot answer.
   */
  stream(sql: string, parameters: readonly WarehouseValue[]): AsyncIterable<readonly WarehouseRow[]>;
  /**
   * How many rows of an environment carry a unit: exposures of it, and events that name it under any attribute.
   *
   * @throws DomainError WAREHOUSE_UNAVAILABLE when the warehouse cannot answer.
   */
  countUnit(subject: UnitOfEnvironment): Promise<RowCounts>;
  /**
   * Deletes the rows that `countUnit` counts, durably, and returns how many they were. No later query sees them; when
   * their bytes leave the disk is the warehouse's affair.
   *
   * @throws DomainError WAREHOUSE_UNAVAILABLE; some of the rows may be gone then, and the same call deletes the rest.
   */
  eraseUnit(subject: UnitOfEnvironment): Promise<RowCounts>;
  /**
   * Deletes the rows of all environments that were received before a time, and returns how many they were.
   *
   * @param receivedMicros microseconds since the Unix epoch.
   * @throws DomainError WAREHOUSE_UNAVAILABLE; some of the rows may be gone then, and the same call deletes the rest.
   */
  deleteBefore(receivedMicros: number): Promise<RowCounts>;
  /**
   * Merges what many small loads left behind and puts rows in the order that queries gain from, as far as the warehouse
   * does not do so by itself. Changes no result; loads and queries go on meanwhile.
   *
   * @param signal ends it early, after the step under way; the next call does the rest.
   * @throws DomainError WAREHOUSE_UNAVAILABLE.
   */
  compact(signal?: AbortSignal): Promise<void>;
  /** Waits for what is under way and lets go of everything. Idempotent. */
  close(): Promise<void>;
}

export type WarehouseValue = string | number | boolean | null;
export type WarehouseRow = Readonly<Record<string, WarehouseValue>>;

/** A unit as one environment knows it. */
export interface UnitOfEnvironment {
  /** Database id of the environment; a UUID. */
  readonly environmentId: string;
  readonly unit: string;
}

/** Rows of each table. */
export interface RowCounts {
  readonly exposures: number;
  readonly events: number;
}

/** Consecutive records of one log. */
export interface LoadBatch {
  /** Name of the log and partition that the batch comes from. */
  readonly source: string;
  /** Offset of the last record of the batch; a whole number above 0. */
  readonly offset: number;
  /**
   * The offset that the sender knows to be recorded. A warehouse that has recorded less was restored or replaced: what lies
   * in between would be missing for ever, so it refuses the batch. Undefined: the batch stands for itself.
   */
  readonly continues?: number;
  readonly exposures: readonly ExposureRow[];
  readonly events: readonly EventRow[];
}

export interface LoadResult {
  /** Exposures that were added. */
  readonly exposures: number;
  /** Events that were added. */
  readonly events: number;
  /** Rows left out because they were there already. */
  readonly duplicates: number;
}

/** An application read a flag's value for a unit. */
export interface ExposureRow {
  /** Database id of the environment; a UUID. */
  readonly environmentId: string;
  /** A UUID, unique within the environment. */
  readonly eventId: string;
  /** Microseconds since the Unix epoch, corrected for clock skew. */
  readonly timeMicros: number;
  /** Microseconds since the Unix epoch, by the platform's clock. */
  readonly receivedMicros: number;
  readonly flag: string;
  readonly variant: string;
  readonly rule: string;
  /** Empty: no experiment. */
  readonly experiment: string;
  /** 0: no experiment. */
  readonly phase: number;
  /** Attribute path that held the unit, for example `targetingKey`. */
  readonly unitAttribute: string;
  readonly unit: string;
}

/** An application tracked an event. */
export interface EventRow {
  /** Database id of the environment; a UUID. */
  readonly environmentId: string;
  /** A UUID, unique within the environment. */
  readonly eventId: string;
  /** Microseconds since the Unix epoch, corrected for clock skew. */
  readonly timeMicros: number;
  /** Microseconds since the Unix epoch, by the platform's clock. */
  readonly receivedMicros: number;
  readonly name: string;
  /** Finite; null: the event carries no number. */
  readonly value: number | null;
  /** Units by attribute path. */
  readonly units: Readonly<Record<string, string>>;
  /** JSON object. */
  readonly properties: string;
}
