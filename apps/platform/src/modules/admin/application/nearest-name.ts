import { nameOf, type Project, type ResourceAddress } from '@sortition/declaration';
import { nearestNames } from '@sortition/declaration/nearest-names';

import type { AdminSession } from './admin-database.js';

/** Name of the resource that a name without one most likely meant. */
export async function nearestName(
  session: AdminSession,
  project: Project | undefined,
  address: ResourceAddress,
): Promise<string | undefined> {
  if (!project) return undefined;
  const known = await session.resources.all(project, address.kind);
  const [key] = nearestNames(
    address.key,
    known.filter(({ environment }) => environment === address.environment).map((resource) => resource.key),
  );
  return key === undefined ? undefined : nameOf({ ...address, key });
}
