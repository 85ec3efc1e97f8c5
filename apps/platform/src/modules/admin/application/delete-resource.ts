import { Injectable } from '@nestjs/common';
import { removeResource, type ResourceAddress } from '@sortition/declaration';

import type { Author } from '../domain/author.js';
import { ProjectWriter } from './project-writer.js';

@Injectable()
export class DeleteResource {
  constructor(private readonly writer: ProjectWriter) {}

  /** @throws DomainError RESOURCE_NOT_FOUND, STALE_ETAG, RESOURCE_IN_USE naming the referrers, INVALID_STATE. */
  execute(author: Author, address: ResourceAddress, etag: string): Promise<void> {
    return this.writer.write(author, address.project, (draft) => removeResource(draft, draft.require(address, etag)));
  }
}
