import { Inject, Injectable } from '@nestjs/common';
import { notFound } from '@sortition/declaration';

import { manifestFlagOf, type ManifestFlag } from '../domain/manifest-flag.js';
import { formatName } from '../domain/resource-name.js';
import { ADMIN_DATABASE, type AdminDatabase } from './admin-database.js';
import type { ManifestTarget } from './manifest-target.js';

/** Reads all flags of a project as code in one environment sees them. */
@Injectable()
export class ReadManifest {
  constructor(@Inject(ADMIN_DATABASE) private readonly database: AdminDatabase) {}

  /** Ordered by key. @throws DomainError RESOURCE_NOT_FOUND for project or environment. */
  execute({ organizationId, project: projectKey, environment }: ManifestTarget): Promise<readonly ManifestFlag[]> {
    return this.database.read(organizationId, async (session) => {
      const project = await session.projects.find(projectKey);
      const found = project && (await session.projects.findEnvironment(project, environment));
      if (!found) throw notFound(formatName('environment', { project: projectKey, environment }), 'environment');
      const flags = await session.resources.all(project, 'flag');
      const configurations = (await session.resources.all(project, 'flagConfiguration')).filter(
        (configuration) => configuration.environment === environment,
      );
      const configurationOf = new Map(configurations.map((configuration) => [configuration.key, configuration]));
      return flags.map((flag) => manifestFlagOf(flag, configurationOf.get(flag.key)));
    });
  }
}
