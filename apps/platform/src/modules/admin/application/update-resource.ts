import { Injectable } from '@nestjs/common';
import {
  type DefinitionChanges,
  type ProjectDraft,
  replaceResource,
  type Resource,
  type ResourceAddress,
  type ResourceKind,
  updateResource,
} from '@sortition/declaration';

import type { Author } from '../domain/author.js';
import { ProjectWriter, type WriteWatch } from './project-writer.js';

/** Whether the caller named what to change, or gave everything, so that what is absent is cleared. */
export type UpdateScope = 'whole' | 'named';

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
    scope: UpdateScope = 'named',
    watch: WriteWatch = {},
  ): Promise<Resource<K>> {
    const change = scope === 'whole' ? replaceResource : updateResource;
    const work = (draft: ProjectDraft): Resource<K> => change(draft, draft.require(address, etag), changes);
    return this.writer.write(author, address.project, work, watch);
  }
}
