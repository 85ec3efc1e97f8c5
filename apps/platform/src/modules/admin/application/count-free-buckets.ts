import { Inject, Injectable } from '@nestjs/common';

import { notFound } from '../domain/admin-errors.js';
import type { Author } from '../domain/author.js';
import { freeBucketsOf } from '../domain/experiment-lifecycle.js';
import { formatName } from '../domain/resource-name.js';
import { ADMIN_DATABASE, type AdminDatabase } from './admin-database.js';

/** How full the layers of a project are. */
@Injectable()
export class CountFreeBuckets {
  constructor(@Inject(ADMIN_DATABASE) private readonly database: AdminDatabase) {}

  /** Free buckets of each layer, by key. */
  execute(author: Author, projectKey: string, layers: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.database.read(author.organizationId, async (session) => {
      const project = await session.projects.find(projectKey);
      if (!project) throw notFound(formatName('project', { project: projectKey }));
      const experiments = await session.resources.all(project, 'experiment');
      return new Map(layers.map((layer) => [layer, freeBucketsOf(experiments, layer)]));
    });
  }
}
