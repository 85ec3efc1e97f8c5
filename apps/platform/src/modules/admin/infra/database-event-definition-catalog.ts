import type { EntityManager } from 'typeorm';
import { type EventDefinition, type EventPolicy, INITIAL_EVENT_POLICY, notFound } from '@sortition/declaration';

import type { TenantDatabase } from '../../../runtime/database/tenant-database.js';
import type {
  DescribedProject,
  EventDefinitionCatalog,
  LocatedEnvironment,
} from '../application/event-definition-catalog.js';
import { parseName } from '../domain/resource-name.js';

/** Stands for no organization: row-level security shows such a transaction nothing but what `consume` allows. */
const NO_ORGANIZATION = '00000000-0000-0000-0000-000000000000';

/** $1 ids of environments. */
const LOCATE = `
  SELECT e.id AS "environmentId", e.organization_id AS "organizationId", e.project_id AS "projectId",
    (SELECT coalesce(md5(string_agg(r.id || ':' || r.version, ',' ORDER BY r.id)), '') FROM resource r
     WHERE r.project_id = e.project_id AND r.kind IN ('eventDefinition', 'eventPolicy')) AS revision
  FROM environment e
  WHERE e.id = ANY ($1)`;

/** $1 ids of projects. */
const DESCRIBE = `
  SELECT id, project_id, kind, version, definition FROM resource
  WHERE project_id = ANY ($1) AND kind IN ('eventDefinition', 'eventPolicy')
  ORDER BY key`;

/** The kind names the type of the definition; rows are written from resources only. */
type Row = { readonly id: string; readonly project_id: string; readonly version: number } & (
  | { readonly kind: 'eventDefinition'; readonly definition: EventDefinition }
  | { readonly kind: 'eventPolicy'; readonly definition: EventPolicy }
);

/** {@link EventDefinitionCatalog} from the stored configuration of all organizations. */
export class DatabaseEventDefinitionCatalog implements EventDefinitionCatalog {
  constructor(private readonly tenants: TenantDatabase) {}

  locate(environmentIds: readonly string[]): Promise<readonly LocatedEnvironment[]> {
    return this.consume<LocatedEnvironment>((manager) => manager.query(LOCATE, [environmentIds]));
  }

  async describe(projectIds: readonly string[]): Promise<readonly DescribedProject[]> {
    const rows = await this.consume<Row>((manager) => manager.query(DESCRIBE, [projectIds]));
    return projectIds.map((projectId) => {
      const own = rows.filter((row) => row.project_id === projectId);
      const policy = own.find((row) => row.kind === 'eventPolicy')?.definition ?? INITIAL_EVENT_POLICY;
      const definitions = own.flatMap((row) =>
        row.kind === 'eventDefinition' ? [{ id: row.id, version: row.version, definition: row.definition }] : [],
      );
      return { projectId, undefinedEvents: policy.undefinedEvents, definitions };
    });
  }

  async findEnvironment(organizationId: string, name: string): Promise<string> {
    const { project, environment } = parseName('environment', name, 'parent');
    const rows: readonly { readonly id: string }[] = await this.tenants.read(organizationId, (manager) =>
      manager.query(
        `SELECT e.id FROM environment e JOIN project p ON p.id = e.project_id WHERE p.key = $1 AND e.key = $2`,
        [project, environment],
      ),
    );
    const [found] = rows;
    if (!found) throw notFound(name, 'parent');
    return found.id;
  }

  private consume<T>(work: (manager: EntityManager) => Promise<readonly T[]>): Promise<readonly T[]> {
    return this.tenants.read(NO_ORGANIZATION, async (manager) => {
      await manager.query(`SELECT set_config('sortition.event_consumer', 'on', true)`);
      return work(manager);
    });
  }
}
