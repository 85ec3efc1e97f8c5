import { Inject, Injectable } from '@nestjs/common';
import {
  checkReferences,
  checkSnapshots,
  isSeenByEvaluation,
  notFound,
  type Project,
  ProjectDraft,
  type Resource,
  type ResourceKind,
} from '@sortition/declaration';
import type { CompileOptions } from '@sortition/evaluation';
import type { Clock } from '@sortition/kernel';

import { CLOCK } from '../../../runtime/clock-token.js';
import { auditEntryOf } from '../domain/audit-change.js';
import type { Author } from '../domain/author.js';
import { formatName } from '../domain/resource-name.js';
import { ADMIN_DATABASE, type AdminDatabase, type AdminSession } from './admin-database.js';
import { IDENTITY, type Identity } from './identity.js';
import { OPERATORS } from './operators-token.js';
import { publishSnapshots } from './publish-snapshots.js';

/**
 * The one way in which a project's configuration changes: its writers take turns, a draft is changed and checked as a
 * whole, and what differs is stored, audited and published in one transaction. What no evaluation sees is stored and
 * audited only: nothing is compiled for it.
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
      this.check(draft);
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
    const { isSeen } = this.check(draft);
    const changes = draft.changes();
    await session.resources.save(project, draft.environments, changes);
    for (const change of changes) await session.audit.record(auditEntryOf(author, change));
    // A new environment gets its first snapshot even when there is nothing in it.
    const stale = draft.environments.filter(({ revision }) => isSeen || revision === 0);
    await publishSnapshots(session, author.organization, draft, stale);
    return result;
  }

  /** @throws DomainError RESOURCE_NOT_FOUND */
  async lock(session: AdminSession, projectKey: string): Promise<Project> {
    const project = await session.projects.lock(projectKey);
    if (!project) throw notFound(formatName('project', { project: projectKey }), 'parent');
    return project;
  }

  /** @throws DomainError INVALID_CONFIGURATION */
  private check(draft: ProjectDraft): { readonly isSeen: boolean } {
    checkReferences(draft);
    const isSeen = draft.changes().some(({ before, after }) => isChangeSeen(before, after));
    if (isSeen) checkSnapshots(draft, this.operators);
    return { isSeen };
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

function isChangeSeen(before: Resource<ResourceKind> | undefined, after: Resource<ResourceKind> | undefined): boolean {
  const { kind } = before ?? after ?? {};
  if (kind === undefined) return false;
  // A resource that was removed and made again under its key is another one.
  const isSame = before?.id === after?.id;
  if (before && after && !isSame) return isSeenByEvaluation(kind, undefined, after.definition);
  return isSeenByEvaluation(kind, before?.definition, after?.definition);
}
