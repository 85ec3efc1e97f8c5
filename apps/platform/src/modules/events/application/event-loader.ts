/** Brings the events of the log into the warehouse. */
export interface EventLoader {
  /**
   * Resolves when everything that was acknowledged before the call is in the warehouse.
   *
   * @throws DomainError DATABASE_UNAVAILABLE, WAREHOUSE_UNAVAILABLE, SHUTTING_DOWN.
   */
  flush(): Promise<Watermark>;
  /** How the warehouse was found to be when it was last loaded or looked at, every few seconds. */
  warehouseState(): WarehouseState;
}

export const EVENT_LOADER = Symbol('EventLoader');

export interface Watermark {
  /** Every event received up to this time is in the warehouse. */
  readonly time: Date;
}

/** `reloading`: it lost what it had, as when its file was deleted, and is being filled again from the log. */
export type WarehouseState = 'up' | 'down' | 'reloading';
