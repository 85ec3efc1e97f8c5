import { Inject, Injectable } from '@nestjs/common';
import { type Environment, notFound, type Project } from '@sortition/declaration';

import type { Author } from '../domain/author.js';
import { formatName } from '../domain/resource-name.js';
import { ADMIN_DATABASE, type AdminDatabase, type AdminSession } from './admin-database.js';
import { BY_KEY, readPage, type Page, type PageRequest } from './page.js';

/** Reads the projects of an organization and their environments. */
@Injectable()
export class ReadProjects {
  constructor(@Inject(ADMIN_DATABASE) private readonly database: AdminDatabase) {}

  /** @throws DomainError RESOURCE_NOT_FOUND */
  project(author: Author, project: string): Promise<Project> {
    return this.database.read(author.organizationId, (session) => find(session, project, 'name'));
  }

  /** @throws DomainError RESOURCE_NOT_FOUND */
  environment(author: Author, projectKey: string, key: string): Promise<Environment> {
    return this.database.read(author.organizationId, async (session) => {
      const project = await session.projects.find(projectKey);
      const environment = project && (await session.projects.findEnvironment(project, key));
      if (!environment) throw notFound(formatName('environment', { project: projectKey, environment: key }));
      return environment;
    });
  }

  /** Ordered by key. @throws DomainError INVALID_ARGUMENT */
  projects(author: Author, request: PageRequest): Promise<Page<Project>> {
    return this.database.read(author.organizationId, (session) =>
      readPage('projects', request, BY_KEY, (query) => session.projects.list(query)),
    );
  }

  /** Ordered by key. @throws DomainError RESOURCE_NOT_FOUND for the project; INVALID_ARGUMENT. */
  environments(author: Author, projectKey: string, request: PageRequest): Promise<Page<Environment>> {
    return this.database.read(author.organizationId, async (session) => {
      const project = await find(session, projectKey, 'parent');
      return readPage(`projects/${projectKey}/environments`, request, BY_KEY, (query) =>
        session.projects.listEnvironments(project, query),
      );
    });
  }
}

async function find(session: AdminSession, key: string, field: string): Promise<Project> {
  const project = await session.projects.find(key);
  if (!project) throw notFound(formatName('project', { project: key }), field);
  return project;
}
