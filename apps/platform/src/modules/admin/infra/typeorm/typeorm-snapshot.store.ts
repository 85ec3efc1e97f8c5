import { MoreThan, type EntityManager } from 'typeorm';

import { inTurns } from '../../../../runtime/in-turns.js';
import type { SnapshotStore } from '../../application/admin-database.js';
import { foldDeltas } from '../../domain/fold-deltas.js';
import type { PublishedDelta, PublishedStep, StoredSnapshot } from '../../domain/published-snapshot.js';
import { SNAPSHOT_CHANNEL } from '../snapshot-channel.js';
import { EnvironmentDeltaEntity } from './environment-delta.entity.js';
import { EnvironmentSnapshotEntity } from './environment-snapshot.entity.js';

/** How many deltas of an environment are kept; who is further behind gets the whole snapshot. */
export const KEPT_DELTAS = 1_000;

interface StoredRow {
  readonly wholeRevision: string;
  readonly json: string;
  readonly revision: string;
  readonly hash: string;
  readonly deltas: readonly string[];
}

const LATEST = `
  SELECT whole.revision AS "wholeRevision", whole.json,
    coalesce(since.revision, whole.revision) AS revision,
    coalesce(since.hash, whole.content_hash) AS hash,
    coalesce(since.deltas, ARRAY[]::text[]) AS deltas
  FROM environment_snapshot whole
  CROSS JOIN LATERAL (
    SELECT max(revision) AS revision,
      array_agg(json ORDER BY revision) AS deltas,
      (array_agg(content_hash ORDER BY revision DESC))[1] AS hash
    FROM environment_delta
    WHERE environment_id = whole.environment_id AND revision > whole.revision
  ) since
  WHERE whole.environment_id = $1
`;

const REVISION = `SELECT revision FROM environment WHERE id = $1`;

/** Those since the last whole state stay, however many they are. */
const ADD_DELTA = `
  WITH surplus AS (
    DELETE FROM environment_delta
    WHERE environment_id = $1 AND revision <= $7::bigint
      AND revision <= (SELECT revision FROM environment_snapshot WHERE environment_id = $1)
  )
  INSERT INTO environment_delta (environment_id, organization_id, from_revision, revision, content_hash, json)
  VALUES ($1, $2, $3, $4, $5, $6)
`;

/** {@link SnapshotStore} in PostgreSQL; listeners are told by NOTIFY, which PostgreSQL sends on commit. */
export class TypeormSnapshotStore implements SnapshotStore {
  constructor(
    private readonly manager: EntityManager,
    private readonly organizationId: string,
  ) {}

  async latest(environmentId: string): Promise<StoredSnapshot | undefined> {
    // One statement, so that the changes are those of the whole state that is read.
    const [row] = await this.manager.query<readonly StoredRow[]>(LATEST, [environmentId]);
    if (!row) return undefined;
    const { revision, hash, json, deltas, wholeRevision } = row;
    return {
      environmentId,
      revision: Number(revision),
      contentHash: hash,
      json: await inTurns(foldDeltas(json, deltas)),
      wholeRevision: Number(wholeRevision),
    };
  }

  async revisionOf(environmentId: string): Promise<number | undefined> {
    const [row] = await this.manager.query<readonly Pick<StoredRow, 'revision'>[]>(REVISION, [environmentId]);
    return row && Number(row.revision);
  }

  async publish(steps: readonly PublishedStep[]): Promise<void> {
    for (const step of steps) await this.publishOne(step);
  }

  private async publishOne({ environmentId, contentHash, ...step }: PublishedStep): Promise<void> {
    const revision = String(step.revision);
    const { organizationId } = this;
    if (step.wholeJson !== undefined) {
      await this.manager
        .getRepository(EnvironmentSnapshotEntity)
        .upsert({ environmentId, contentHash, json: step.wholeJson, revision, organizationId }, ['environmentId']);
    }
    if (step.deltaJson !== undefined) {
      await this.manager.query(ADD_DELTA, [
        environmentId,
        organizationId,
        String(step.revision - 1),
        revision,
        contentHash,
        step.deltaJson,
        String(step.revision - KEPT_DELTAS),
      ]);
    }
    await this.manager.query(
      `WITH moved AS (UPDATE environment SET revision = $2 WHERE id = $1) SELECT pg_notify($3, $4)`,
      [environmentId, revision, SNAPSHOT_CHANNEL, `${environmentId}:${revision}`],
    );
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
