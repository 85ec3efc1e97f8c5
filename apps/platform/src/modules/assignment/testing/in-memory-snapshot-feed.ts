import { createHash } from 'node:crypto';

import { diffSnapshots, type Flag, type Snapshot } from '@sortition/evaluation';
import { DomainError } from '@sortition/kernel';

import type { PublishedDelta, PublishedSnapshot, SnapshotFeed } from '../../admin/index.js';

interface Published {
  readonly organizationId: string;
  readonly snapshot: Snapshot;
  readonly latest: PublishedSnapshot;
  readonly deltas: readonly PublishedDelta[];
}

/** A feed without a database: what is published is at hand, and notices are given at once. */
export class InMemorySnapshotFeed implements SnapshotFeed {
  /** While true every read fails as it does when the database is away. */
  isAway = false;
  /** While true nobody is told of what is published. */
  isSilent = false;
  private readonly environments = new Map<string, Published>();
  private readonly listeners = new Set<(environmentId: string, revision: number) => void>();

  /** Publishes the next state of an environment. Its revision must exceed the one before. */
  publish(organizationId: string, environmentId: string, snapshot: Snapshot): void {
    const before = this.environments.get(environmentId);
    const json = JSON.stringify(snapshot);
    // As of a state that was published as a change: not the hash of its text.
    const contentHash = createHash('sha256')
      .update(`${before?.latest.contentHash ?? ''}\n${json}`)
      .digest('hex');
    const { revision } = snapshot;
    const delta = before && {
      environmentId,
      fromRevision: before.snapshot.revision,
      revision,
      contentHash,
      json: JSON.stringify(diffSnapshots(before.snapshot, snapshot)),
    };
    this.environments.set(environmentId, {
      organizationId,
      snapshot,
      latest: { environmentId, revision, contentHash, json },
      deltas: [...(before?.deltas ?? []), ...(delta ? [delta] : [])],
    });
    if (!this.isSilent) for (const listener of [...this.listeners]) listener(environmentId, revision);
  }

  /** Publishes the environment with these flags instead, at the next revision. */
  publishFlags(environmentId: string, flags: readonly Flag[]): void {
    const before = this.environments.get(environmentId);
    if (!before) throw new Error(`Nothing was published for ${environmentId}.`);
    const { snapshot, organizationId } = before;
    this.publish(organizationId, environmentId, { ...snapshot, revision: snapshot.revision + 1, flags });
  }

  /** Forgets the changes, as after their retention. */
  forgetDeltas(environmentId: string): void {
    const published = this.environments.get(environmentId);
    if (published) this.environments.set(environmentId, { ...published, deltas: [] });
  }

  async latest(organizationId: string, environmentId: string): Promise<PublishedSnapshot> {
    return this.find(organizationId, environmentId).latest;
  }

  async deltasSince(
    organizationId: string,
    environmentId: string,
    fromRevision: number,
  ): Promise<readonly PublishedDelta[] | undefined> {
    const { latest, deltas } = this.find(organizationId, environmentId);
    if (fromRevision === latest.revision) return [];
    const start = deltas.findIndex((delta) => delta.fromRevision === fromRevision);
    return start < 0 ? undefined : deltas.slice(start);
  }

  onPublished(listener: (environmentId: string, revision: number) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  async findEnvironment(organizationId: string, project: string, environment: string): Promise<string | undefined> {
    for (const [id, published] of this.environments) {
      const { snapshot } = published;
      const isIt = snapshot.project === project && snapshot.environment === environment;
      if (published.organizationId === organizationId && isIt) return id;
    }
    return undefined;
  }

  private find(organizationId: string, environmentId: string): Published {
    if (this.isAway) throw new DomainError('unavailable', 'DATABASE_UNAVAILABLE', 'The database is away.');
    const published = this.environments.get(environmentId);
    if (published?.organizationId !== organizationId) {
      throw new DomainError('not-found', 'RESOURCE_NOT_FOUND', `There is no environment "${environmentId}".`);
    }
    return published;
  }
}
