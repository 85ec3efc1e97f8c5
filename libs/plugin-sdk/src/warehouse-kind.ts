import type { Warehouse } from './warehouse.js';

/** A kind of warehouse that a plugin adds, found by the scheme of its URL. */
export interface WarehouseKind {
  /** Schemes of its URLs without the colon, in lower case, for example `bigquery`. */
  readonly schemes: readonly string[];
  /**
   * Opens the warehouse of a URL. The driver is best loaded here: a process opens one kind of those that it knows.
   *
   * @throws DomainError WAREHOUSE_UNAVAILABLE when it cannot be reached, INVALID_ARGUMENT when the URL is malformed.
   */
  open(url: string, place: WarehousePlace): Promise<Warehouse>;
}

/** What the platform has for a warehouse that lives beside it. */
export interface WarehousePlace {
  /** Folder of the platform's own data. */
  readonly dataDirectory: string;
  /** Threads that its queries should take at most. */
  readonly threads: number;
}
