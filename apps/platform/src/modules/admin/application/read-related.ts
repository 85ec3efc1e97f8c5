import { Inject, Injectable } from '@nestjs/common';
import { notFound, type Resource, type ResourceKind } from '@sortition/declaration';

import type { Author } from '../domain/author.js';
import { formatName } from '../domain/resource-name.js';
import { ADMIN_DATABASE, type AdminDatabase } from './admin-database.js';

/** Resources of a project by kind. */
export interface RelatedResources {
  all<K extends ResourceKind>(kind: K): readonly Resource<K>[];
}

export const NOTHING_RELATED: RelatedResources = { all: () => [] };

/** Reads every resource of some kinds of a project, for what is shown of another kind. */
@Injectable()
export class ReadRelated {
  constructor(@Inject(ADMIN_DATABASE) private readonly database: AdminDatabase) {}

  /** @throws DomainError RESOURCE_NOT_FOUND for the project. */
  async execute(author: Author, projectKey: string, kinds: readonly ResourceKind[]): Promise<RelatedResources> {
    if (kinds.length === 0) return NOTHING_RELATED;
    return this.database.read(author.organizationId, async (session) => {
      const project = await session.projects.find(projectKey);
      if (!project) throw notFound(formatName('project', { project: projectKey }));
      const found = new Map<ResourceKind, readonly Resource<ResourceKind>[]>();
      for (const kind of kinds) found.set(kind, await session.resources.all(project, kind));
      return {
        // What is stored under a kind is of that kind.
        all: <K extends ResourceKind>(kind: K) =>
          (found.get(kind) ?? []) as readonly unknown[] as readonly Resource<K>[],
      };
    });
  }
}
