import type { PublishedDelta, PublishedSnapshot } from '../domain/published-snapshot.js';

/** How evaluators get published state. Exported by the admin module to the assignment module. */
export interface SnapshotFeed {
  /** The newest state of an environment of the organization. Every environment has one from its creation. */
  latest(organizationId: string, environmentId: string): Promise<PublishedSnapshot>;
  /**
   * The consecutive deltas that lead from `fromRevision` to the newest revision, oldest first; undefined when
   * they are no longer kept and the full state is needed; empty when the revision is the newest.
   */
  deltasSince(
    organizationId: string,
    environmentId: string,
    fromRevision: number,
  ): Promise<readonly PublishedDelta[] | undefined>;
  /**
   * Calls `listener` soon after an environment changes, wherever the change was made. Only a hint: it may be lost,
   * so callers also poll. Returns the function that stops it.
   */
  onPublished(listener: (environmentId: string, revision: number) => void): () => void;
  /** Finds an environment by keys; undefined when the organization has none. */
  findEnvironment(organizationId: string, project: string, environment: string): Promise<string | undefined>;
}

export const SNAPSHOT_FEED = Symbol('SnapshotFeed');
