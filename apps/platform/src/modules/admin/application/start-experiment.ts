import { Injectable } from '@nestjs/common';
import { type Resource, type ResourceAddress, startExperiment } from '@sortition/declaration';

import type { Author } from '../domain/author.js';
import { ProjectWriter } from './project-writer.js';

@Injectable()
export class StartExperiment {
  constructor(private readonly writer: ProjectWriter) {}

  /** @throws DomainError RESOURCE_NOT_FOUND, STALE_ETAG, INVALID_STATE, LAYER_FULL. */
  execute(author: Author, address: ResourceAddress<'experiment'>, etag: string): Promise<Resource<'experiment'>> {
    return this.writer.write(author, address.project, (draft) => startExperiment(draft, draft.require(address, etag)));
  }
}
