import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '@sortition/kernel';
import {
  type Environment,
  addEnvironment,
  type Project,
  type ProjectDraft,
  requireStorableText,
} from '@sortition/declaration';

import { CLOCK } from '../../../runtime/clock-token.js';
import type { Author } from '../domain/author.js';
import { formatName } from '../domain/resource-name.js';
import { ADMIN_DATABASE, type AdminDatabase, type AdminSession } from './admin-database.js';
import { createOnce } from './create-once.js';
import { IDENTITY, type Identity } from './identity.js';
import { ProjectWriter, type WriteWatch } from './project-writer.js';

export interface NewEnvironment {
  readonly project: string;
  readonly key: string;
  /** Empty: the key. */
  readonly displayName: string;
  readonly requestId: string;
}

/** An environment starts with every flag of the project, disabled, and its first published snapshot. */
@Injectable()
export class CreateEnvironment {
  constructor(
    @Inject(ADMIN_DATABASE) private readonly database: AdminDatabase,
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly writer: ProjectWriter,
  ) {}

  /** @throws DomainError RESOURCE_NOT_FOUND for the project, ALREADY_EXISTS, REQUEST_ID_REUSED. */
  execute(author: Author, environment: NewEnvironment, watch: WriteWatch = {}): Promise<Environment> {
    const { requestId, ...content } = environment;
    return this.database.write(author.organizationId, async (session) => {
      const project = await this.writer.lock(session, environment.project);
      return createOnce(session, { requestId, content: { kind: 'environment', ...content } }, () =>
        this.createIn(session, author, project, content, watch),
      );
    });
  }

  /** The same in a transaction that has locked the project. */
  async createIn(
    session: AdminSession,
    author: Author,
    project: Project,
    { key, displayName }: Omit<NewEnvironment, 'requestId' | 'project'>,
    watch: WriteWatch = {},
  ): Promise<Environment> {
    requireStorableText(displayName, 'environment.display_name');
    const created = {
      id: this.identity.newId(),
      projectId: project.id,
      key,
      displayName: displayName || key,
      revision: 0,
      createdAt: new Date(this.clock.now()),
    };
    await session.projects.createEnvironment(project, created);
    await session.audit.record([
      {
        actor: author.actor,
        action: 'environments.create',
        resource: formatName('environment', { project: project.key, environment: key }),
        before: undefined,
        after: { displayName: created.displayName },
      },
    ]);
    const addKey = (draft: ProjectDraft): void => {
      addEnvironment(draft, key);
    };
    await this.writer.writeIn(session, author, project, addKey, watch);
    return { ...created, revision: 1 };
  }
}
