import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '@sortition/kernel';
import { type Project, requireStorableText } from '@sortition/declaration';

import { CLOCK } from '../../../runtime/clock-token.js';
import type { Author } from '../domain/author.js';
import { formatName } from '../domain/resource-name.js';
import { ADMIN_DATABASE, type AdminDatabase, type AdminSession } from './admin-database.js';
import { createOnce } from './create-once.js';
import { IDENTITY, type Identity } from './identity.js';

export interface NewProject {
  readonly key: string;
  /** Empty: the key. */
  readonly displayName: string;
  readonly requestId: string;
}

@Injectable()
export class CreateProject {
  constructor(
    @Inject(ADMIN_DATABASE) private readonly database: AdminDatabase,
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError ALREADY_EXISTS, REQUEST_ID_REUSED. */
  execute(author: Author, project: NewProject): Promise<Project> {
    const { key, displayName, requestId } = project;
    return this.database.write(author.organizationId, (session) =>
      createOnce(session, { requestId, content: { kind: 'project', key, displayName } }, () =>
        this.createIn(session, author, project),
      ),
    );
  }

  /** The same in a transaction that is under way. */
  async createIn(session: AdminSession, author: Author, project: Omit<NewProject, 'requestId'>): Promise<Project> {
    requireStorableText(project.displayName, 'project.display_name');
    const created = {
      id: this.identity.newId(),
      key: project.key,
      displayName: project.displayName || project.key,
      createdAt: new Date(this.clock.now()),
    };
    await session.projects.create(created);
    await session.audit.record([
      {
        actor: author.actor,
        action: 'projects.create',
        resource: formatName('project', { project: created.key }),
        before: undefined,
        after: { displayName: created.displayName },
      },
    ]);
    return created;
  }
}
