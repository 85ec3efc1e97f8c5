import { createHash } from 'node:crypto';

import { diffSnapshots, type Snapshot } from '@sortition/evaluation';
import { buildSnapshot, canonicalJson, type Environment, type ProjectState } from '@sortition/declaration';

import type { AdminSession } from './admin-database.js';

/** Publishes a new revision of each of the environments in which evaluation would see a difference. */
export async function publishSnapshots(
  session: AdminSession,
  organization: string,
  state: ProjectState,
  environments: readonly Environment[],
): Promise<void> {
  for (const environment of environments) {
    await publishSnapshot(session, organization, state, environment);
  }
}

async function publishSnapshot(
  session: AdminSession,
  organization: string,
  state: ProjectState,
  environment: Environment,
): Promise<void> {
  const latest = await session.snapshots.latest(environment.id);
  const snapshotAt = (revision: number): Snapshot =>
    buildSnapshot(state, {
      organization,
      environment: environment.key,
      revision,
      servesExperiment: ({ definition }) => definition.state === 'running',
    });
  if (latest && canonicalJson(snapshotAt(latest.revision)) === latest.json) return;

  const revision = (latest?.revision ?? 0) + 1;
  const snapshot = snapshotAt(revision);
  const json = canonicalJson(snapshot);
  const contentHash = createHash('sha256').update(json).digest('hex');
  const published = { environmentId: environment.id, revision, contentHash };
  const before = latest && (JSON.parse(latest.json) as Snapshot);
  const delta = before && {
    ...published,
    fromRevision: before.revision,
    json: canonicalJson(diffSnapshots(before, snapshot)),
  };
  await session.snapshots.publish({ ...published, json }, delta);
}
