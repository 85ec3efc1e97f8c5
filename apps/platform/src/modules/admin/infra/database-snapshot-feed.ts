import { notFound } from '@sortition/declaration';

import type { AdminDatabase } from '../application/admin-database.js';
import type { SnapshotFeed } from '../application/snapshot-feed.js';
import type { PublishedDelta, PublishedSnapshot } from '../domain/published-snapshot.js';
import type { PublishedListener } from './published-listener.js';
import type { SnapshotListener } from './snapshot-listener.js';

/** {@link SnapshotFeed} from the tables that the same transaction writes as the configuration. */
export class DatabaseSnapshotFeed implements SnapshotFeed {
  constructor(
    private readonly database: AdminDatabase,
    private readonly listener: SnapshotListener,
  ) {}

  latest(organizationId: string, environmentId: string): Promise<PublishedSnapshot> {
    return this.database.read(organizationId, async (session) => {
      const snapshot = await session.snapshots.latest(environmentId);
      if (!snapshot) throw notFound(`environment ${environmentId}`, 'environment');
      return snapshot;
    });
  }

  deltasSince(
    organizationId: string,
    environmentId: string,
    fromRevision: number,
  ): Promise<readonly PublishedDelta[] | undefined> {
    return this.database.read(organizationId, async (session) => {
      const deltas = await session.snapshots.deltasAfter(environmentId, fromRevision);
      const [first] = deltas;
      if (first) return first.fromRevision === fromRevision ? deltas : undefined;
      return (await session.snapshots.revisionOf(environmentId)) === fromRevision ? [] : undefined;
    });
  }

  onPublished(listener: PublishedListener): () => void {
    return this.listener.subscribe(listener);
  }

  findEnvironment(organizationId: string, projectKey: string, key: string): Promise<string | undefined> {
    return this.database.read(organizationId, async (session) => {
      const project = await session.projects.find(projectKey);
      const environment = project && (await session.projects.findEnvironment(project, key));
      return environment?.id;
    });
  }
}
