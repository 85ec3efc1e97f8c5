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
}

export const TENANT_DATABASE = Symbol('TenantDatabase');
