import { Inject, Injectable } from '@nestjs/common';
import { createResource, type Definitions, type Resource, type ResourceKind } from '@sortition/declaration';

import type { Author } from '../domain/author.js';
import { ADMIN_DATABASE, type AdminDatabase } from './admin-database.js';
import { createOnce } from './create-once.js';
import { ProjectWriter, type WriteWatch } from './project-writer.js';

/** What to create and where. */
export interface NewResource<K extends ResourceKind> {
  readonly kind: K;
  /** Key of the project. */
  readonly project: string;
  readonly key: string;
  readonly definition: Definitions[K];
  /** Empty: the creation is not repeatable. */
  readonly requestId: string;
}

@Injectable()
export class CreateResource {
  constructor(
    @Inject(ADMIN_DATABASE) private readonly database: AdminDatabase,
    private readonly writer: ProjectWriter,
  ) {}

  /** @throws DomainError RESOURCE_NOT_FOUND, ALREADY_EXISTS, REQUEST_ID_REUSED, INVALID_CONFIGURATION. */
  execute<K extends ResourceKind>(
    author: Author,
    resource: NewResource<K>,
    watch: WriteWatch = {},
  ): Promise<Resource<K>> {
    const { kind, project: projectKey, key, definition, requestId } = resource;
    return this.database.write(author.organizationId, async (session) => {
      const project = await this.writer.lock(session, projectKey);
      const creation = { requestId, content: { kind, projectKey, key, definition } };
      return createOnce(session, creation, () =>
        this.writer.writeIn(session, author, project, (draft) => createResource(draft, kind, key, definition), watch),
      );
    });
  }
}
