import { Inject, Injectable } from '@nestjs/common';
import { notFound, type Resource, type ResourceKind } from '@sortition/declaration';

import type { Author } from '../domain/author.js';
import { ADMIN_DATABASE, type AdminDatabase } from './admin-database.js';
import { BY_KEY, readPage, type Page, type PageRequest } from './page.js';

/** Which resources to list. */
export interface ResourceList<K extends ResourceKind> {
  readonly kind: K;
  readonly project: string;
  /** Key of the environment, for flag configurations. */
  readonly environment: string | undefined;
  /** The parent as the caller named it. */
  readonly parent: string;
}

@Injectable()
export class ListResources {
  constructor(@Inject(ADMIN_DATABASE) private readonly database: AdminDatabase) {}

  /** Ordered by key. @throws DomainError RESOURCE_NOT_FOUND for the parent; INVALID_ARGUMENT. */
  execute<K extends ResourceKind>(
    author: Author,
    { kind, project: projectKey, environment: environmentKey, parent }: ResourceList<K>,
    request: PageRequest,
  ): Promise<Page<Resource<K>>> {
    return this.database.read(author.organizationId, async (session) => {
      const project = await session.projects.find(projectKey);
      if (!project) throw notFound(parent, 'parent');
      const environment =
        environmentKey === undefined ? undefined : await session.projects.findEnvironment(project, environmentKey);
      if (environmentKey !== undefined && !environment) throw notFound(parent, 'parent');
      return readPage(`${parent}/${kind}s`, request, BY_KEY, (query) =>
        session.resources.list(project, kind, environment, query),
      );
    });
  }
}
