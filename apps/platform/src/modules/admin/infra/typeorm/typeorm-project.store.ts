import { MoreThan, type EntityManager, type Repository } from 'typeorm';
import { alreadyExists, type Environment, type Project } from '@sortition/declaration';

import type { ProjectStanding, ProjectStore } from '../../application/admin-database.js';
import type { PageQuery } from '../../application/page.js';
import { projectBusy } from '../../domain/project-busy.js';
import { formatName } from '../../domain/resource-name.js';
import { EnvironmentEntity } from './environment.entity.js';
import { ProjectEntity } from './project.entity.js';
import { isOfSqlState } from './sql-state.js';
import { isUniqueViolation } from './unique-violation.js';

/** How long a writer waits for the one before it. */
const LONGEST_WAIT_MS = 10_000;
/** How long a writer may compute between two statements: it may check 10,000 flags while others take its processor. */
const LONGEST_COMPUTATION_MS = 120_000;
const LOCK_NOT_AVAILABLE = '55P03';

interface StandingRow {
  readonly stateId: string | null;
  readonly environment: {
    readonly id: string;
    readonly project_id: string;
    readonly key: string;
    readonly display_name: string;
    readonly revision: number;
    readonly created_at: string;
  } | null;
}

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

  async createOrganization({
    id,
    key,
    displayName = key,
  }: Parameters<ProjectStore['createOrganization']>[0]): Promise<boolean> {
    // A row of another organization stays invisible, but its key still conflicts.
    const inserted: readonly unknown[] = await this.manager.query(
      `INSERT INTO organization (id, key, display_name) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING RETURNING id`,
      [id, key, displayName],
    );
    return inserted.length > 0;
  }

  async find(key: string): Promise<Project | undefined> {
    return (await this.projectRows.findOneBy({ key })) ?? undefined;
  }

  async lock(key: string): Promise<Project | undefined> {
    await this.manager.query(
      `SELECT set_config('lock_timeout', $1, true), set_config('idle_in_transaction_session_timeout', $2, true)`,
      [`${String(LONGEST_WAIT_MS)}ms`, `${String(LONGEST_COMPUTATION_MS)}ms`],
    );
    try {
      const row = await this.projectRows.findOne({ where: { key }, lock: { mode: 'for_no_key_update' } });
      return row ?? undefined;
    } catch (error) {
      throw isOfSqlState(error, LOCK_NOT_AVAILABLE)
        ? projectBusy(formatName('project', { project: key }), error)
        : error;
    }
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

  async standing({ id }: Project): Promise<ProjectStanding> {
    const rows = await this.manager.query<readonly StandingRow[]>(
      `SELECT project.state_id AS "stateId", to_jsonb(environment) AS environment
       FROM project LEFT JOIN environment ON environment.project_id = project.id
       WHERE project.id = $1 ORDER BY environment.key`,
      [id],
    );
    return {
      stateId: rows[0]?.stateId ?? undefined,
      environments: rows.flatMap(({ environment }) => (environment ? [environmentOfRow(environment)] : [])),
    };
  }

  async moveTo({ id }: Project, stateId: string): Promise<void> {
    await this.manager.query(`UPDATE project SET state_id = $2 WHERE id = $1`, [id, stateId]);
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

function environmentOfRow(row: NonNullable<StandingRow['environment']>): Environment {
  const { id, project_id: projectId, key, display_name: displayName, revision, created_at: createdAt } = row;
  return { id, projectId, key, displayName, revision, createdAt: new Date(createdAt) };
}
