import { Inject, Injectable } from '@nestjs/common';
import { notFound, type Project, ProjectDraft, type ResourceChange, ResourceTable } from '@sortition/declaration';
import type { CompileOptions } from '@sortition/evaluation';
import type { Clock } from '@sortition/kernel';

import { CLOCK } from '../../../runtime/clock-token.js';
import { inTurns } from '../../../runtime/in-turns.js';
import { OPERATOR_CATALOG } from '../../../runtime/plugins/operator-catalog.js';
import { auditEntryOf } from '../domain/audit-change.js';
import type { Author } from '../domain/author.js';
import { formatName } from '../domain/resource-name.js';
import { ADMIN_DATABASE, type AdminDatabase, type AdminSession } from './admin-database.js';
import { IDENTITY, type Identity } from './identity.js';
import { ProjectImage } from './project-image.js';
import { ProjectImages } from './project-images.js';
import { enqueueWebhooks } from './webhooks/enqueue-webhooks.js';

/** Changes that are stored between two looks at whether somebody still waits. */
const CHANGES_AT_ONCE = 100;

/** Changes a draft, and may let others run meanwhile: nobody else gets at the draft. */
type DraftWork<T> = (draft: ProjectDraft) => T | Promise<T>;

/** Who waits for a write. */
export interface WriteWatch {
  /** Aborted: nobody waits any more, and nothing is stored. */
  readonly signal?: AbortSignal;
  /** Told how many of the changes are written; none of them counts before the write ends. */
  readonly onProgress?: (progress: WriteProgress) => void;
}

export interface WriteProgress {
  readonly changes: number;
  readonly written: number;
}

/**
 * The one way in which a project's configuration changes: its writers take turns, a draft is changed and what it
 * touches is checked, and what differs is stored, audited and published in one transaction. An image of the project is
 * kept between writes; it counts only while it is of the state that the database has.
 */
@Injectable()
export class ProjectWriter {
  private readonly images = new ProjectImages();

  constructor(
    @Inject(ADMIN_DATABASE) private readonly database: AdminDatabase,
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(OPERATOR_CATALOG) private readonly operators: CompileOptions,
  ) {}

  /**
   * Changes a project.
   *
   * @throws DomainError RESOURCE_NOT_FOUND, INVALID_CONFIGURATION, PROJECT_BUSY, and what `work` throws; then nothing is
   *   stored.
   */
  write<T>(author: Author, projectKey: string, work: DraftWork<T>, watch: WriteWatch = {}): Promise<T> {
    return this.database.write(author.organizationId, async (session) => {
      const project = await this.lock(session, projectKey);
      return this.writeIn(session, author, project, work, watch);
    });
  }

  /** Computes what {@link write} would do, and stores nothing. */
  rehearse<T>(author: Author, projectKey: string, work: DraftWork<T>): Promise<T> {
    return this.database.read(author.organizationId, async (session) => {
      const project = await session.projects.find(projectKey);
      if (!project) throw notFound(formatName('project', { project: projectKey }), 'parent');
      return this.withImage(session, project, async (image, draft) => {
        const result = await work(draft);
        await inTurns(image.check(draft, draft.changes(), this.operators));
        return result;
      });
    });
  }

  /** Like {@link write}, in a transaction that has locked the project already. */
  writeIn<T>(
    session: AdminSession,
    author: Author,
    project: Project,
    work: DraftWork<T>,
    watch: WriteWatch = {},
  ): Promise<T> {
    return this.withImage(session, project, async (image, draft) => {
      watch.signal?.throwIfAborted();
      const result = await work(draft);
      const checked = await inTurns(image.check(draft, draft.changes(), this.operators), watch.signal);
      await this.store(session, author, draft, checked.changes, watch);
      await enqueueWebhooks(session, author, draft, checked.changes, this.identity);
      const stateId = this.identity.newId();
      // From here on the image is ahead of the database until the transaction ends; its state tells whether it did.
      image.stateId = stateId;
      const steps = await inTurns(image.adopt(author.organization, draft, checked));
      await session.snapshots.publish(steps);
      await session.projects.moveTo(project, stateId);
      return result;
    });
  }

  /** @throws DomainError RESOURCE_NOT_FOUND, PROJECT_BUSY. */
  async lock(session: AdminSession, projectKey: string): Promise<Project> {
    const project = await session.projects.lock(projectKey);
    if (!project) throw notFound(formatName('project', { project: projectKey }), 'parent');
    return project;
  }

  private async store(
    { resources, audit }: AdminSession,
    author: Author,
    { project, environments }: ProjectDraft,
    changes: readonly ResourceChange[],
    { signal, onProgress }: WriteWatch,
  ): Promise<void> {
    for (let written = 0; written < changes.length; written += CHANGES_AT_ONCE) {
      onProgress?.({ changes: changes.length, written });
      signal?.throwIfAborted();
      const chunk = changes.slice(written, written + CHANGES_AT_ONCE);
      await resources.save(project, environments, chunk);
      await audit.record(chunk.map((change) => auditEntryOf(author, change)));
    }
    onProgress?.({ changes: changes.length, written: changes.length });
    signal?.throwIfAborted();
  }

  private async withImage<T>(
    session: AdminSession,
    project: Project,
    work: (image: ProjectImage, draft: ProjectDraft) => Promise<T>,
  ): Promise<T> {
    const { stateId, environments } = await session.projects.standing(project);
    const image =
      this.images.take(project.id, stateId) ??
      new ProjectImage(stateId, new ResourceTable(await session.resources.loadAll(project)));
    try {
      const draft = new ProjectDraft(project, environments, image.table, {
        now: this.clock.now(),
        newId: () => this.identity.newId(),
        newSalt: () => this.identity.newSalt(),
      });
      await image.load(session, draft, this.operators);
      return await work(image, draft);
    } finally {
      this.images.put(project.id, image);
    }
  }
}
