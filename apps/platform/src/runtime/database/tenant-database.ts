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
   * Calls a function of the database in a transaction of its own. One round trip, where `transaction` takes four.
   *
   * @param call for example `store_things($1, $2)`; parameters only where they belong.
   * @returns what the function returned.
   * @throws DomainError DATABASE_UNAVAILABLE.
   */
  call<T>(organizationId: string, call: string, parameters: readonly unknown[]): Promise<T>;
}

export const TENANT_DATABASE = Symbol('TenantDatabase');
