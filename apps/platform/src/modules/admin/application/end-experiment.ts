import { Injectable } from '@nestjs/common';
import { endExperiment, type ProjectDraft, type Resource, type ResourceAddress } from '@sortition/declaration';

import type { Author } from '../domain/author.js';
import { ProjectWriter, type WriteWatch } from './project-writer.js';

@Injectable()
export class EndExperiment {
  constructor(private readonly writer: ProjectWriter) {}

  /** @throws DomainError RESOURCE_NOT_FOUND, STALE_ETAG, INVALID_STATE. */
  execute(
    author: Author,
    address: ResourceAddress<'experiment'>,
    etag: string,
    watch: WriteWatch = {},
  ): Promise<Resource<'experiment'>> {
    const work = (draft: ProjectDraft): Resource<'experiment'> => endExperiment(draft, draft.require(address, etag));
    return this.writer.write(author, address.project, work, watch);
  }
}
