/** Brings the events of the log into the warehouse. */
export interface EventLoader {
  /**
   * Resolves when everything that was acknowledged before the call is in the warehouse.
   *
   * @throws DomainError DATABASE_UNAVAILABLE, WAREHOUSE_UNAVAILABLE, SHUTTING_DOWN.
   */
  flush(): Promise<Watermark>;
}

export const EVENT_LOADER = Symbol('EventLoader');

export interface Watermark {
  /** Every event received up to this time is in the warehouse. */
  readonly time: Date;
}
