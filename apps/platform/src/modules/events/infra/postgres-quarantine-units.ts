import { Inject, Injectable } from '@nestjs/common';

import { TENANT_DATABASE, type TenantDatabase } from '../../../runtime/database/tenant-database.js';
import type { UnitStore, UnitSubject } from '../application/unit-store.js';

/** $1 environment, $2 unit. */
const OF_UNIT = `quarantined_event q
  WHERE q.environment_id = $1
    AND EXISTS (SELECT FROM json_each_text(q.payload -> 'units') AS u (attribute, unit) WHERE u.unit = $2)`;

/** What quarantine holds of units. A replay under way has ended when they are erased: it holds the same rows. */
@Injectable()
export class PostgresQuarantineUnits implements UnitStore {
  readonly name = 'quarantine';

  constructor(@Inject(TENANT_DATABASE) private readonly database: TenantDatabase) {}

  eraseUnit({ organizationId, environmentId, unit }: UnitSubject): Promise<number> {
    return this.database.transaction(organizationId, async (manager) => {
      const statement = `WITH erased AS (DELETE FROM ${OF_UNIT} RETURNING 1) SELECT count(*)::int AS n FROM erased`;
      const [row]: readonly { readonly n: number }[] = await manager.query(statement, [environmentId, unit]);
      return row?.n ?? 0;
    });
  }

  countUnit({ organizationId, environmentId, unit }: UnitSubject): Promise<number> {
    return this.database.read(organizationId, async (manager) => {
      const statement = `SELECT count(*)::int AS n FROM ${OF_UNIT}`;
      const [row]: readonly { readonly n: number }[] = await manager.query(statement, [environmentId, unit]);
      return row?.n ?? 0;
    });
  }
}
