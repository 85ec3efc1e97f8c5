import { MoreThan, type EntityManager, type Repository } from 'typeorm';
import { alreadyExists, type Environment, type Project } from '@sortition/declaration';

import type { ProjectStore } from '../../application/admin-database.js';
import type { PageQuery } from '../../application/page.js';
import { formatName } from '../../domain/resource-name.js';
import { EnvironmentEntity } from './environment.entity.js';
import { ProjectEntity } from './project.entity.js';
import { isUniqueViolation } from './unique-violation.js';

/** {@link ProjectStore} in PostgreSQL. */
export class TypeormProjectStore implements ProjectStore {
  private readonly projectRows: Repository<ProjectEntity>;
  private readonly environmentRows: Repository<EnvironmentEntity>;

  constructor(
    private readonly manager: EntityManager,
    private readonly organizationId: string,
  ) {
    this.projectRows = manager.getRepository(ProjectEntity);
    this.environmentRows = manager.getRepository(EnvironmentEntity);
  }

  async createOrganization({ id, key }: { readonly id: string; readonly key: string }): Promise<boolean> {
    // A row of another organization stays invisible, but its key still conflicts.
    const inserted: readonly unknown[] = await this.manager.query(
      `INSERT INTO organization (id, key, display_name) VALUES ($1, $2, $2) ON CONFLICT (key) DO NOTHING RETURNING id`,
      [id, key],
    );
    return inserted.length > 0;
  }

  async find(key: string): Promise<Project | undefined> {
    return (await this.projectRows.findOneBy({ key })) ?? undefined;
  }

  async lock(key: string): Promise<Project | undefined> {
    const row = await this.projectRows.findOne({ where: { key }, lock: { mode: 'for_no_key_update' } });
    return row ?? undefined;
  }

  list({ after, limit }: PageQuery): Promise<readonly Project[]> {
    const where = after === undefined ? {} : { key: MoreThan(after) };
    return this.projectRows.find({ where, order: { key: 'ASC' }, take: limit });
  }

  async create(project: Project): Promise<void> {
    try {
      await this.projectRows.insert({ ...project, organizationId: this.organizationId });
    } catch (error) {
      throw isUniqueViolation(error) ? alreadyExists(formatName('project', { project: project.key })) : error;
    }
  }

  async environments({ id }: Project): Promise<readonly Environment[]> {
    const rows = await this.environmentRows.find({ where: { projectId: id }, order: { key: 'ASC' } });
    return rows.map(environmentOf);
  }

  async findEnvironment({ id }: Project, key: string): Promise<Environment | undefined> {
    const row = await this.environmentRows.findOneBy({ projectId: id, key });
    return row ? environmentOf(row) : undefined;
  }

  async listEnvironments({ id }: Project, { after, limit }: PageQuery): Promise<readonly Environment[]> {
    const where = { projectId: id, ...(after !== undefined && { key: MoreThan(after) }) };
    const rows = await this.environmentRows.find({ where, order: { key: 'ASC' }, take: limit });
    return rows.map(environmentOf);
  }

  async createEnvironment(project: Project, environment: Environment): Promise<void> {
    try {
      const row = { ...environment, revision: String(environment.revision), organizationId: this.organizationId };
      await this.environmentRows.insert(row);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw alreadyExists(formatName('environment', { project: project.key, environment: environment.key }));
    }
  }
}

function environmentOf({ id, projectId, key, displayName, revision, createdAt }: EnvironmentEntity): Environment {
  return { id, projectId, key, displayName, revision: Number(revision), createdAt };
}
