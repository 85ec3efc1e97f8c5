import type { TenantDatabase } from '../../../../runtime/database/tenant-database.js';
import type { OrganizationDirectory } from '../../application/organization-directory.js';
import type { PageQuery } from '../../application/page.js';
import { type Organization, OPERATORS } from '../../domain/organization.js';

const COLUMNS = `id, key, display_name AS "displayName", created_at AS "createdAt"`;

/** {@link OrganizationDirectory} in PostgreSQL, whose row-level security shows all organizations to the operator's. */
export class TypeormOrganizationDirectory implements OrganizationDirectory {
  constructor(private readonly tenants: TenantDatabase) {}

  async find(key: string): Promise<Organization | undefined> {
    const statement = `SELECT ${COLUMNS} FROM organization WHERE key = $1 AND id <> $2`;
    const rows = await this.query(statement, [key, OPERATORS.id]);
    return rows[0];
  }

  list({ after, limit }: PageQuery): Promise<readonly Organization[]> {
    // Keys are compared byte by byte, as everywhere.
    const statement = `SELECT ${COLUMNS} FROM organization
      WHERE id <> $1 AND ($2::text IS NULL OR key COLLATE "C" > $2) ORDER BY key COLLATE "C" LIMIT $3`;
    return this.query(statement, [OPERATORS.id, after ?? null, limit]);
  }

  private query(statement: string, parameters: readonly unknown[]): Promise<readonly Organization[]> {
    return this.tenants.read<readonly Organization[]>(OPERATORS.id, (manager) =>
      manager.query(statement, [...parameters]),
    );
  }
}
