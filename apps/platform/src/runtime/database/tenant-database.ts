import type { EntityManager } from 'typeorm';

/**
 * The only way to the database. Row-level security shows a transaction the rows of one organization;
 * without an organization it shows none.
 */
export interface TenantDatabase {
  /**
   * Runs `work` in one transaction that sees only the organization's rows; commits when it resolves,
   * rolls back when it rejects.
   *
   * @throws DomainError DATABASE_UNAVAILABLE when no connection can be had or it is lost; what `work` throws otherwise.
   */
  transaction<T>(organizationId: string, work: (manager: EntityManager) => Promise<T>): Promise<T>;
  /** Like {@link transaction}, read-only. */
  read<T>(organizationId: string, work: (manager: EntityManager) => Promise<T>): Promise<T>;
  /**
   * Calls functions of the database one after the other in one transaction, each for its organization. One round trip,
   * where `transaction` takes four.
   *
   * @param calls at most {@link MAX_CALLS}.
   * @returns what each returned.
   * @throws DomainError DATABASE_UNAVAILABLE.
   */
  callEach<T>(calls: readonly TenantCall[]): Promise<readonly T[]>;
}

/** A call of a function of the database for an organization. */
export interface TenantCall {
  readonly organizationId: string;
  /** The function's name; never from outside. */
  readonly name: string;
  readonly parameters: readonly unknown[];
}

/** Most calls in one round trip; PostgreSQL has a limit on the length of a row. */
export const MAX_CALLS = 100;

export const TENANT_DATABASE = Symbol('TenantDatabase');
