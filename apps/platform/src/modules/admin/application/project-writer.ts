import { Inject, Injectable } from '@nestjs/common';
import type { CompileOptions } from '@sortition/evaluation';
import type { Clock } from '@sortition/kernel';

import { CLOCK } from '../../../runtime/clock-token.js';
import { notFound } from '../domain/admin-errors.js';
import { auditEntryOf } from '../domain/audit-change.js';
import type { Author } from '../domain/author.js';
import { checkProject } from '../domain/check-project.js';
import { ProjectDraft } from '../domain/project-draft.js';
import type { Project } from '../domain/project.js';
import { formatName } from '../domain/resource-name.js';
import { ADMIN_DATABASE, type AdminDatabase, type AdminSession } from './admin-database.js';
import { IDENTITY, type Identity } from './identity.js';
import { publishSnapshots } from './publish-snapshots.js';
import { OPERATORS } from './operators-token.js';

/**
 * The one way in which a project's configuration changes: its writers take turns, a draft is changed and checked as a
 * whole, and what differs is stored, audited and published in one transaction.
 */
@Injectable()
export class ProjectWriter {
  constructor(
    @Inject(ADMIN_DATABASE) private readonly database: AdminDatabase,
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(OPERATORS) private readonly operators: CompileOptions,
  ) {}

  /**
   * Changes a project.
   *
   * @throws DomainError RESOURCE_NOT_FOUND, INVALID_CONFIGURATION, and what `work` throws; then nothing is stored.
   */
  write<T>(author: Author, projectKey: string, work: (draft: ProjectDraft) => T): Promise<T> {
    return this.database.write(author.organizationId, async (session) => {
      const project = await this.lock(session, projectKey);
      return this.writeIn(session, author, project, work);
    });
  }

  /** Computes what {@link write} would do, and stores nothing. */
  rehearse<T>(author: Author, projectKey: string, work: (draft: ProjectDraft) => T): Promise<T> {
    return this.database.read(author.organizationId, async (session) => {
      const project = await session.projects.find(projectKey);
      if (!project) throw notFound(formatName('project', { project: projectKey }), 'parent');
      const draft = await this.draftOf(session, project);
      const result = work(draft);
      checkProject(draft, this.operators);
      return result;
    });
  }

  /** Like {@link write}, in a transaction that has locked the project already. */
  async writeIn<T>(
    session: AdminSession,
    author: Author,
    project: Project,
    work: (draft: ProjectDraft) => T,
  ): Promise<T> {
    const draft = await this.draftOf(session, project);
    const result = work(draft);
    checkProject(draft, this.operators);
    const changes = draft.changes();
    await session.resources.save(project, draft.environments, changes);
    for (const change of changes) await session.audit.record(auditEntryOf(author, change));
    await publishSnapshots(session, author.organization, draft);
    return result;
  }

  /** @throws DomainError RESOURCE_NOT_FOUND */
  async lock(session: AdminSession, projectKey: string): Promise<Project> {
    const project = await session.projects.lock(projectKey);
    if (!project) throw notFound(formatName('project', { project: projectKey }), 'parent');
    return project;
  }

  private async draftOf(session: AdminSession, project: Project): Promise<ProjectDraft> {
    const environments = await session.projects.environments(project);
    const resources = await session.resources.loadAll(project);
    return new ProjectDraft(project, environments, resources, {
      now: this.clock.now(),
      newId: () => this.identity.newId(),
      newSalt: () => this.identity.newSalt(),
    });
  }
}
