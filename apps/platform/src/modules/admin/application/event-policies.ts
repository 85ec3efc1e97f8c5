import { Inject, Injectable } from '@nestjs/common';
import {
  createResource,
  EVENT_POLICY_KEY,
  type EventPolicy,
  nameOf,
  notFound,
  type ProjectDraft,
  type Resource,
  staleEtag,
  updateResource,
} from '@sortition/declaration';

import type { Author } from '../domain/author.js';
import { formatName } from '../domain/resource-name.js';
import { ADMIN_DATABASE, type AdminDatabase } from './admin-database.js';
import { ProjectWriter, type WriteWatch } from './project-writer.js';

/** How a project treats events without a definition. A project has a policy from its first change on. */
@Injectable()
export class EventPolicies {
  constructor(
    @Inject(ADMIN_DATABASE) private readonly database: AdminDatabase,
    private readonly writer: ProjectWriter,
  ) {}

  /** Undefined: it was never changed. @throws DomainError RESOURCE_NOT_FOUND for the project. */
  get(author: Author, projectKey: string): Promise<Resource<'eventPolicy'> | undefined> {
    return this.database.read(author.organizationId, async (session) => {
      const project = await session.projects.find(projectKey);
      if (!project) throw notFound(formatName('project', { project: projectKey }));
      const address = {
        kind: 'eventPolicy',
        project: projectKey,
        environment: undefined,
        key: EVENT_POLICY_KEY,
      } as const;
      return session.resources.find(project, address);
    });
  }

  /**
   * @param etag when not empty, must be the stored one.
   * @throws DomainError RESOURCE_NOT_FOUND, STALE_ETAG.
   */
  set(
    author: Author,
    projectKey: string,
    policy: EventPolicy,
    etag: string,
    watch: WriteWatch = {},
  ): Promise<Resource<'eventPolicy'>> {
    const work = (draft: ProjectDraft): Resource<'eventPolicy'> => {
      const address = {
        kind: 'eventPolicy',
        project: projectKey,
        environment: undefined,
        key: EVENT_POLICY_KEY,
      } as const;
      if (draft.find('eventPolicy', EVENT_POLICY_KEY))
        return updateResource(draft, draft.require(address, etag), policy);
      if (etag !== '') throw staleEtag(nameOf(address), etag, '');
      return createResource(draft, 'eventPolicy', EVENT_POLICY_KEY, policy);
    };
    return this.writer.write(author, projectKey, work, watch);
  }
}
