import { Injectable } from '@nestjs/common';

import type { Author } from '../domain/author.js';
import { updateResource, type DefinitionChanges } from '../domain/edit-resource.js';
import type { Resource, ResourceAddress, ResourceKind } from '../domain/resource.js';
import { ProjectWriter } from './project-writer.js';

@Injectable()
export class UpdateResource {
  constructor(private readonly writer: ProjectWriter) {}

  /**
   * @param etag when not empty, must be the stored one.
   * @throws DomainError RESOURCE_NOT_FOUND, STALE_ETAG, INVALID_ARGUMENT, INVALID_STATE, INVALID_CONFIGURATION.
   */
  execute<K extends ResourceKind>(
    author: Author,
    address: ResourceAddress<K>,
    changes: DefinitionChanges<K>,
    etag: string,
  ): Promise<Resource<K>> {
    return this.writer.write(author, address.project, (draft) =>
      updateResource(draft, draft.require(address, etag), changes),
    );
  }
}
