import { createHash } from 'node:crypto';

import type { TenantDatabase } from '../../../runtime/database/tenant-database.js';

/** $1 environment, $2 digest of the unit. */
const OF_UNIT = `sticky_assignment WHERE environment_id = $1 AND unit_digest = $2`;

interface StickyUnit {
  readonly organizationId: string;
  readonly environmentId: string;
  readonly unit: string;
}

/** What sticky experiments keep of units, for their erasure. */
export class PostgresStickyUnits {
  readonly name = 'sticky assignments';

  constructor(private readonly database: TenantDatabase) {}

  /** Returns how many assignments were deleted. */
  eraseUnit(subject: StickyUnit): Promise<number> {
    const erase = `WITH erased AS (DELETE FROM ${OF_UNIT} RETURNING 1) SELECT count(*)::int AS n FROM erased`;
    return this.counted(subject, erase);
  }

  countUnit(subject: StickyUnit): Promise<number> {
    return this.counted(subject, `SELECT count(*)::int AS n FROM ${OF_UNIT}`);
  }

  private counted({ organizationId, environmentId, unit }: StickyUnit, statement: string): Promise<number> {
    const digest = createHash('sha256').update(unit).digest();
    return this.database.transaction(organizationId, async (manager) => {
      const [row]: readonly { readonly n: number }[] = await manager.query(statement, [environmentId, digest]);
      return row?.n ?? 0;
    });
  }
}
