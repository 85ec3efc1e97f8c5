import { IsNull, LessThan, MoreThan, type EntityManager, type Repository } from 'typeorm';
import {
  type AnyResource,
  type Environment,
  type Project,
  type Resource,
  RESOURCE_KINDS,
  type ResourceAddress,
  type ResourceChange,
  type ResourceKind,
} from '@sortition/declaration';

import type { EventDefinitionVersion, ResourceStore } from '../../application/admin-database.js';
import type { PageQuery } from '../../application/page.js';
import { EnvironmentEntity } from './environment.entity.js';
import { EventDefinitionVersionEntity } from './event-definition-version.entity.js';
import { ResourceEntity } from './resource.entity.js';

const INSERT = `
  INSERT INTO resource (id, organization_id, project_id, environment_id, kind, key, definition, version, created_at, updated_at)
  SELECT id, $1, $2, "environmentId", kind, key, definition, version, "createdAt", "updatedAt"
  FROM json_to_recordset($3::json) AS written (
    id uuid, "environmentId" uuid, kind text, key text, definition jsonb, version integer,
    "createdAt" timestamptz, "updatedAt" timestamptz
  )
`;

const UPDATE = `
  UPDATE resource SET definition = written.definition, version = written.version, updated_at = written."updatedAt"
  FROM json_to_recordset($1::json) AS written (id uuid, definition jsonb, version integer, "updatedAt" timestamptz)
  WHERE resource.id = written.id
`;

/** {@link ResourceStore} in PostgreSQL. */
export class TypeormResourceStore implements ResourceStore {
  private readonly rows: Repository<ResourceEntity>;

  constructor(
    private readonly manager: EntityManager,
    private readonly organizationId: string,
  ) {
    this.rows = manager.getRepository(ResourceEntity);
  }

  async loadAll(project: Project): Promise<readonly AnyResource[]> {
    const environments = await this.environmentsOf(project);
    const rows = await this.rows.findBy({ projectId: project.id });
    // A process of a later version may have stored kinds that this one does not know.
    const known = rows.filter(({ kind }) => RESOURCE_KINDS.some((each) => each === kind));
    // Rows are written from resources only, so the kind names the definition's type.
    return known.map((row) => resourceOf(row, project, environments) as AnyResource);
  }

  async find<K extends ResourceKind>(
    project: Project,
    { kind, key, environment }: ResourceAddress<K>,
  ): Promise<Resource<K> | undefined> {
    const environments = await this.environmentsOf(project);
    const environmentId = [...environments].find(([, environmentKey]) => environmentKey === environment)?.[0];
    if (environment !== undefined && environmentId === undefined) return undefined;
    const row = await this.rows.findOneBy({
      projectId: project.id,
      kind,
      key,
      environmentId: environmentId ?? IsNull(),
    });
    return row ? resourceOf<K>(row, project, environments) : undefined;
  }

  async all<K extends ResourceKind>(project: Project, kind: K): Promise<readonly Resource<K>[]> {
    const rows = await this.rows.find({ where: { projectId: project.id, kind }, order: { key: 'ASC' } });
    const environments = await this.environmentsOf(project);
    return rows.map((row) => resourceOf<K>(row, project, environments));
  }

  async list<K extends ResourceKind>(
    project: Project,
    kind: K,
    environment: Environment | undefined,
    { after, limit }: PageQuery,
  ): Promise<readonly Resource<K>[]> {
    const rows = await this.rows.find({
      where: {
        projectId: project.id,
        kind,
        environmentId: environment ? environment.id : IsNull(),
        ...(after !== undefined && { key: MoreThan(after) }),
      },
      order: { key: 'ASC' },
      take: limit,
    });
    const environments = new Map(environment ? [[environment.id, environment.key]] : []);
    return rows.map((row) => resourceOf<K>(row, project, environments));
  }

  async versions(
    project: Project,
    key: string,
    { after, limit }: PageQuery,
  ): Promise<readonly EventDefinitionVersion[]> {
    const rows = await this.manager.getRepository(EventDefinitionVersionEntity).find({
      where: { projectId: project.id, key, ...(after !== undefined && { sequence: LessThan(after) }) },
      order: { sequence: 'DESC' },
      take: limit,
    });
    return rows.map(({ sequence, resourceId: id, definition, version, createdAt, updatedAt }) => {
      const row = { id, kind: 'eventDefinition', key, definition, version, createdAt, updatedAt, environmentId: null };
      return { cursor: sequence, resource: resourceOf<'eventDefinition'>(row, project, new Map()) };
    });
  }

  async save(
    project: Project,
    environments: readonly Environment[],
    changes: readonly ResourceChange[],
  ): Promise<void> {
    const removed = changes.flatMap(({ before, after }) => (before && before.id !== after?.id ? [before.id] : []));
    if (removed.length > 0) await this.manager.query(`DELETE FROM resource WHERE id = ANY($1::uuid[])`, [removed]);
    const written = changes.flatMap(({ before, after }) => (after ? [{ after, isNew: before?.id !== after.id }] : []));
    await this.recordVersions(
      project,
      written.flatMap(({ after }) => (after.kind === 'eventDefinition' ? [after] : [])),
    );
    const idOfEnvironment = new Map(environments.map(({ id, key }) => [key, id]));
    const created = written
      .filter(({ isNew }) => isNew)
      .map(({ after }) => {
        const { id, kind, key, environment, definition, version, createdAt, updatedAt } = after;
        const environmentId = environment === undefined ? null : (idOfEnvironment.get(environment) ?? null);
        return { id, environmentId, kind, key, definition, version, createdAt, updatedAt };
      });
    if (created.length > 0) {
      await this.manager.query(INSERT, [this.organizationId, project.id, JSON.stringify(created)]);
    }
    const updated = written
      .filter(({ isNew }) => !isNew)
      .map(({ after }) => {
        const { id, definition, version, updatedAt } = after;
        return { id, definition, version, updatedAt };
      });
    if (updated.length > 0) await this.manager.query(UPDATE, [JSON.stringify(updated)]);
  }

  private async recordVersions(project: Project, resources: readonly Resource<'eventDefinition'>[]): Promise<void> {
    const { organizationId } = this;
    const rows = resources.map(({ id: resourceId, key, definition, version, createdAt, updatedAt }) => {
      return { organizationId, projectId: project.id, resourceId, key, definition, version, createdAt, updatedAt };
    });
    if (rows.length > 0) await this.manager.getRepository(EventDefinitionVersionEntity).insert(rows);
  }

  private async environmentsOf({ id }: Project): Promise<ReadonlyMap<string, string>> {
    const rows = await this.manager.getRepository(EnvironmentEntity).findBy({ projectId: id });
    return new Map(rows.map((row) => [row.id, row.key]));
  }
}

function resourceOf<K extends ResourceKind>(
  row: Omit<ResourceEntity, 'organizationId' | 'projectId'>,
  project: Project,
  environments: ReadonlyMap<string, string>,
): Resource<K> {
  const { id, kind, key, definition, version, createdAt, updatedAt, environmentId } = row;
  return {
    id,
    // Rows are written from resources only, so the kind names the definition's type.
    kind: kind as K,
    project: project.key,
    environment: environmentId === null ? undefined : environments.get(environmentId),
    key,
    definition: definition as Resource<K>['definition'],
    version,
    createdAt,
    updatedAt,
  };
}
