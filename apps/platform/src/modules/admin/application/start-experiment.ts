import { Injectable } from '@nestjs/common';
import { type ProjectDraft, type Resource, type ResourceAddress, startExperiment } from '@sortition/declaration';

import type { Author } from '../domain/author.js';
import { ProjectWriter, type WriteWatch } from './project-writer.js';

@Injectable()
export class StartExperiment {
  constructor(private readonly writer: ProjectWriter) {}

  /** @throws DomainError RESOURCE_NOT_FOUND, STALE_ETAG, INVALID_STATE, LAYER_FULL. */
  execute(
    author: Author,
    address: ResourceAddress<'experiment'>,
    etag: string,
    watch: WriteWatch = {},
  ): Promise<Resource<'experiment'>> {
    const work = (draft: ProjectDraft): Resource<'experiment'> => startExperiment(draft, draft.require(address, etag));
    return this.writer.write(author, address.project, work, watch);
  }
}
