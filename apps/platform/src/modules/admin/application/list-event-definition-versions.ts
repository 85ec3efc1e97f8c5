import { Inject, Injectable } from '@nestjs/common';
import { nameOf, notFound, type Resource } from '@sortition/declaration';

import type { Author } from '../domain/author.js';
import { ADMIN_DATABASE, type AdminDatabase, type EventDefinitionVersion } from './admin-database.js';
import { readPage, type Page, type PageRequest } from './page.js';

/** How an event was defined over time. */
@Injectable()
export class ListEventDefinitionVersions {
  constructor(@Inject(ADMIN_DATABASE) private readonly database: AdminDatabase) {}

  /** Newest first, those of deleted definitions included. @throws DomainError RESOURCE_NOT_FOUND, INVALID_ARGUMENT. */
  execute(
    author: Author,
    { project: projectKey, key }: { readonly project: string; readonly key: string },
    request: PageRequest,
  ): Promise<Page<Resource<'eventDefinition'>>> {
    const name = nameOf({ kind: 'eventDefinition', project: projectKey, environment: undefined, key });
    return this.database.read(author.organizationId, async (session) => {
      const project = await session.projects.find(projectKey);
      if (!project) throw notFound(name);
      const page = await readPage<EventDefinitionVersion>(
        `${name}/versions`,
        request,
        { of: ({ cursor }) => cursor, form: /^\d{1,18}$/ },
        (query) => session.resources.versions(project, key, query),
      );
      if (page.items.length === 0 && request.token === '') throw notFound(name);
      return { items: page.items.map(({ resource }) => resource), nextToken: page.nextToken };
    });
  }
}
