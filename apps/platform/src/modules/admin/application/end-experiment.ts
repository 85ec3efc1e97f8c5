import { Injectable } from '@nestjs/common';
import { endExperiment, type Resource, type ResourceAddress } from '@sortition/declaration';

import type { Author } from '../domain/author.js';
import { ProjectWriter } from './project-writer.js';

@Injectable()
export class EndExperiment {
  constructor(private readonly writer: ProjectWriter) {}

  /** @throws DomainError RESOURCE_NOT_FOUND, STALE_ETAG, INVALID_STATE. */
  execute(author: Author, address: ResourceAddress<'experiment'>, etag: string): Promise<Resource<'experiment'>> {
    return this.writer.write(author, address.project, (draft) => endExperiment(draft, draft.require(address, etag)));
  }
}
