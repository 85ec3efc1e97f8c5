import { Injectable } from '@nestjs/common';
import { type ProjectDraft, removeResource, type ResourceAddress } from '@sortition/declaration';

import type { Author } from '../domain/author.js';
import { ProjectWriter, type WriteWatch } from './project-writer.js';

@Injectable()
export class DeleteResource {
  constructor(private readonly writer: ProjectWriter) {}

  /** @throws DomainError RESOURCE_NOT_FOUND, STALE_ETAG, RESOURCE_IN_USE naming the referrers, INVALID_STATE. */
  execute(author: Author, address: ResourceAddress, etag: string, watch: WriteWatch = {}): Promise<void> {
    const work = (draft: ProjectDraft): void => removeResource(draft, draft.require(address, etag));
    return this.writer.write(author, address.project, work, watch);
  }
}
