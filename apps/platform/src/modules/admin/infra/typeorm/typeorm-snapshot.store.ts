import { LessThanOrEqual, MoreThan, type EntityManager } from 'typeorm';

import type { SnapshotStore } from '../../application/admin-database.js';
import type { PublishedDelta, PublishedSnapshot } from '../../domain/published-snapshot.js';
import { SNAPSHOT_CHANNEL } from '../snapshot-channel.js';
import { EnvironmentDeltaEntity } from './environment-delta.entity.js';
import { EnvironmentSnapshotEntity } from './environment-snapshot.entity.js';
import { EnvironmentEntity } from './environment.entity.js';

/** How many deltas of an environment are kept; who is further behind gets the whole snapshot. */
export const KEPT_DELTAS = 1_000;

/** {@link SnapshotStore} in PostgreSQL; listeners are told by NOTIFY, which PostgreSQL sends on commit. */
export class TypeormSnapshotStore implements SnapshotStore {
  constructor(
    private readonly manager: EntityManager,
    private readonly organizationId: string,
  ) {}

  async latest(environmentId: string): Promise<PublishedSnapshot | undefined> {
    const row = await this.manager.getRepository(EnvironmentSnapshotEntity).findOneBy({ environmentId });
    if (!row) return undefined;
    const { contentHash, json } = row;
    return { environmentId, revision: Number(row.revision), contentHash, json };
  }

  async publish(snapshot: PublishedSnapshot, delta: PublishedDelta | undefined): Promise<void> {
    const { environmentId } = snapshot;
    const revision = String(snapshot.revision);
    const { organizationId } = this;
    await this.manager
      .getRepository(EnvironmentSnapshotEntity)
      .upsert({ ...snapshot, revision, organizationId }, ['environmentId']);
    const deltas = this.manager.getRepository(EnvironmentDeltaEntity);
    if (delta) {
      await deltas.insert({ ...delta, revision, fromRevision: String(delta.fromRevision), organizationId });
      await deltas.delete({ environmentId, revision: LessThanOrEqual(String(snapshot.revision - KEPT_DELTAS)) });
    }
    await this.manager.getRepository(EnvironmentEntity).update(environmentId, { revision });
    await this.manager.query('SELECT pg_notify($1, $2)', [SNAPSHOT_CHANNEL, `${environmentId}:${revision}`]);
  }

  async deltasAfter(environmentId: string, revision: number): Promise<readonly PublishedDelta[]> {
    const rows = await this.manager.getRepository(EnvironmentDeltaEntity).find({
      where: { environmentId, revision: MoreThan(String(revision)) },
      order: { revision: 'ASC' },
    });
    return rows.map((row) => ({
      environmentId,
      fromRevision: Number(row.fromRevision),
      revision: Number(row.revision),
      contentHash: row.contentHash,
      json: row.json,
    }));
  }
}
