import { LessThan, type EntityManager } from 'typeorm';

import type { AuditTrail } from '../../application/admin-database.js';
import type { Identity } from '../../application/identity.js';
import type { PageQuery } from '../../application/page.js';
import type { AuditEntry, NewAuditEntry } from '../../domain/audit-entry.js';
import { AuditEntryEntity } from './audit-entry.entity.js';

/** {@link AuditTrail} in PostgreSQL; the application may add to it and read it, nothing else. */
export class TypeormAuditTrail implements AuditTrail {
  constructor(
    private readonly manager: EntityManager,
    private readonly organizationId: string,
    private readonly identity: Identity,
  ) {}

  async record(entries: readonly NewAuditEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const rows = entries.map((entry) => ({ id: this.identity.newId(), ...entry }));
    await this.manager.query(
      `INSERT INTO audit_entry (id, organization_id, actor, action, resource, before, after)
       SELECT id, $1, actor, action, resource, before, after FROM json_to_recordset($2::json)
       AS entry (id uuid, actor text, action text, resource text, before jsonb, after jsonb)`,
      [this.organizationId, JSON.stringify(rows)],
    );
  }

  async list(resource: string | undefined, { after, limit }: PageQuery): Promise<readonly AuditEntry[]> {
    const rows = await this.manager.getRepository(AuditEntryEntity).find({
      where: { ...(resource !== undefined && { resource }), ...(after !== undefined && { id: LessThan(after) }) },
      order: { id: 'DESC' },
      take: limit,
    });
    return rows.map(({ id, time, actor, action, resource: name, before, after: changed }) => ({
      id,
      time,
      actor,
      action,
      resource: name,
      before: before ?? undefined,
      after: changed ?? undefined,
    }));
  }
}
