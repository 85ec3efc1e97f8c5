/** Where raw exposures and events are kept for analysis, and where metric SQL runs. */
export interface Warehouse {
  /** Name of the SQL dialect, as `@sortition/metric-sql` knows it. */
  readonly dialect: string;
  /** Creates or migrates the tables. Idempotent. */
  prepare(): Promise<void>;
  /**
   * Appends a batch and records the offset in one transaction; a batch whose offset is not beyond the recorded
   * one changes nothing. Rows whose (environment, event id) exist already are left out.
   */
  load(batch: LoadBatch): Promise<LoadResult>;
  /** The last offset recorded for a source; 0 when there is none. */
  offset(source: string): Promise<number>;
  /** Runs a query with positional parameters and returns its rows. */
  query(sql: string, parameters: readonly WarehouseValue[]): Promise<readonly WarehouseRow[]>;
  close(): Promise<void>;
}

export type WarehouseValue = string | number | boolean | null;
export type WarehouseRow = Readonly<Record<string, WarehouseValue>>;

export interface LoadBatch {
  /** Name of the log and partition that the batch comes from. */
  readonly source: string;
  /** Offset of the last record of the batch. */
  readonly offset: number;
  readonly exposures: readonly ExposureRow[];
  readonly events: readonly EventRow[];
}

export interface LoadResult {
  readonly exposures: number;
  readonly events: number;
  /** Rows left out because they were there already. */
  readonly duplicates: number;
}

export interface ExposureRow {
  /** Database id of the environment. */
  readonly environmentId: string;
  readonly eventId: string;
  /** Microseconds since the Unix epoch, corrected for clock skew. */
  readonly timeMicros: number;
  readonly receivedMicros: number;
  readonly flag: string;
  readonly variant: string;
  readonly rule: string;
  /** Empty: no experiment. */
  readonly experiment: string;
  /** 0: no experiment. */
  readonly phase: number;
  readonly unitAttribute: string;
  readonly unit: string;
}

export interface EventRow {
  readonly environmentId: string;
  readonly eventId: string;
  readonly timeMicros: number;
  readonly receivedMicros: number;
  readonly name: string;
  readonly value: number | null;
  /** JSON object: units by attribute path. */
  readonly units: string;
  /** JSON object. */
  readonly properties: string;
}
