import { Inject, Injectable } from '@nestjs/common';
import { nameOf, notFound, type Resource, type ResourceAddress, type ResourceKind } from '@sortition/declaration';

import type { Author } from '../domain/author.js';
import { ADMIN_DATABASE, type AdminDatabase } from './admin-database.js';
import { nearestName } from './nearest-name.js';

@Injectable()
export class GetResource {
  constructor(@Inject(ADMIN_DATABASE) private readonly database: AdminDatabase) {}

  /** @throws DomainError RESOURCE_NOT_FOUND */
  execute<K extends ResourceKind>(author: Author, address: ResourceAddress<K>): Promise<Resource<K>> {
    return this.database.read(author.organizationId, async (session) => {
      const project = await session.projects.find(address.project);
      const resource = project && (await session.resources.find(project, address));
      if (!resource) throw notFound(nameOf(address), 'name', await nearestName(session, project, address));
      return resource;
    });
  }
}
