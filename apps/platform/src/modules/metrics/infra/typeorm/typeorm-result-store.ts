import { Inject, Injectable } from '@nestjs/common';

import { TENANT_DATABASE, type TenantDatabase } from '../../../../runtime/database/tenant-database.js';
import type { ResultStore } from '../../application/result-store.js';
import type { ResultSnapshot } from '../../domain/result-snapshot.js';
import { ResultSnapshotEntity } from './result-snapshot.entity.js';

type ResultDocument = Omit<ResultSnapshot, 'id' | 'experimentId' | 'phase' | 'computedAt' | 'watermark'>;

/** Kept results in PostgreSQL. */
@Injectable()
export class TypeormResultStore implements ResultStore {
  constructor(@Inject(TENANT_DATABASE) private readonly database: TenantDatabase) {}

  async save(organizationId: string, snapshot: ResultSnapshot): Promise<void> {
    const { id, experimentId, phase, computedAt, watermark, ...document } = snapshot;
    await this.database.transaction(organizationId, (manager) =>
      manager.insert(ResultSnapshotEntity, {
        id,
        organizationId,
        experimentId,
        phase,
        computedAt,
        watermark,
        document: document satisfies ResultDocument,
      }),
    );
  }

  async newest(organizationId: string, experimentId: string): Promise<ResultSnapshot | undefined> {
    const entity = await this.database.read(organizationId, (manager) =>
      manager.findOne(ResultSnapshotEntity, { where: { organizationId, experimentId }, order: { id: 'DESC' } }),
    );
    if (!entity) return undefined;
    const { id, phase, computedAt, watermark } = entity;
    return { ...(entity.document as ResultDocument), id, experimentId, phase, computedAt, watermark };
  }
}
