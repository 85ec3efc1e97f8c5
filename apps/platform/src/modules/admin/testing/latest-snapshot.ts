import type { Snapshot } from '@sortition/evaluation';

import type { AdminDatabase } from '../application/admin-database.js';
import type { Author } from '../domain/author.js';

/** The newest snapshot of an environment of the project "shop". */
export async function latestSnapshot(database: AdminDatabase, author: Author, environment: string): Promise<Snapshot> {
  return database.read(author.organizationId, async (session) => {
    const project = await session.projects.find('shop');
    const found = project && (await session.projects.findEnvironment(project, environment));
    const latest = found && (await session.snapshots.latest(found.id));
    if (!latest) throw new Error(`"${environment}" has no snapshot.`);
    return JSON.parse(latest.json) as Snapshot;
  });
}
