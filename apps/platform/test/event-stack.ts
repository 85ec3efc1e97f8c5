import { systemClock } from '@sortition/kernel';
import type { Warehouse, WarehouseValue } from '@sortition/plugin-sdk';
import { openDuckDbWarehouse } from '@sortition/warehouse-duckdb';
import pino from 'pino';
import type { EventDefinition } from '@sortition/declaration';

import type { Author } from '../src/modules/admin/domain/author.js';
import { DatabaseEventDefinitionCatalog } from '../src/modules/admin/infra/database-event-definition-catalog.js';
import { RandomIdentity } from '../src/modules/admin/infra/random-identity.js';
import { TypeormAdminDatabase } from '../src/modules/admin/infra/typeorm/typeorm-admin-database.js';
import { AdminUseCases } from '../src/modules/admin/testing/admin-use-cases.js';
import { EventWriter } from '../src/modules/events/application/event-writer.js';
import { ListQuarantinedEvents } from '../src/modules/events/application/list-quarantined-events.js';
import { PublishEvents } from '../src/modules/events/application/publish-events.js';
import type { QuarantinedEvent, QuarantineScope } from '../src/modules/events/application/quarantine-store.js';
import { ReplayQuarantinedEvents } from '../src/modules/events/application/replay-quarantined-events.js';
import { ScreenByDefinition } from '../src/modules/events/application/screen-by-definition.js';
import { ValidateByDefinition } from '../src/modules/events/application/validate-by-definition.js';
import { WarehouseLoader } from '../src/modules/events/application/warehouse-loader.js';
import type { EventDraft, TrackedDraft } from '../src/modules/events/domain/event-draft.js';
import { CachedEventDefinitions } from '../src/modules/events/infra/cached-event-definitions.js';
import { PostgresEventLog } from '../src/modules/events/infra/postgres-event-log.js';
import { PostgresQuarantineStore } from '../src/modules/events/infra/postgres-quarantine-store.js';
import { ENTITIES } from '../src/app.module.js';
import { appDataSource } from '../src/runtime/database/app-data-source.js';
import { migrate } from '../src/runtime/database/migrate.js';
import { TypeormTenantDatabase } from '../src/runtime/database/typeorm-tenant-database.js';

/** Administration, ingest, loader and replay on one database and one warehouse, put together as the modules do. */
export class EventStack {
  readonly admin: AdminUseCases;
  readonly catalog: DatabaseEventDefinitionCatalog;
  readonly definitions: CachedEventDefinitions;
  readonly log: PostgresEventLog;
  readonly store: PostgresQuarantineStore;
  readonly list: ListQuarantinedEvents;
  readonly publish: PublishEvents;
  private readonly opened: WarehouseLoader[] = [];

  private constructor(
    readonly tenants: TypeormTenantDatabase,
    readonly warehouse: Warehouse,
    private readonly closeDatabase: () => Promise<void>,
  ) {
    this.admin = new AdminUseCases(new TypeormAdminDatabase(tenants, new RandomIdentity()));
    this.catalog = new DatabaseEventDefinitionCatalog(tenants);
    this.definitions = new CachedEventDefinitions(this.catalog, systemClock);
    this.log = new PostgresEventLog(tenants);
    this.store = new PostgresQuarantineStore(tenants);
    this.list = new ListQuarantinedEvents(this.store, this.definitions);
    const validation = new ValidateByDefinition(this.definitions);
    this.publish = new PublishEvents(new EventWriter(this.log), systemClock, validation);
  }

  static async open(databaseUrl: string): Promise<EventStack> {
    await migrate(databaseUrl);
    const source = await appDataSource(databaseUrl, ENTITIES).initialize();
    const warehouse = await openDuckDbWarehouse({ path: ':memory:', threads: 2 });
    await warehouse.prepare();
    return new EventStack(new TypeormTenantDatabase(source), warehouse, () => source.destroy());
  }

  /** A loader of its own, as another process would have. */
  loader(warehouse = this.warehouse): WarehouseLoader {
    const screening = new ScreenByDefinition(this.definitions, this.store);
    const loader = new WarehouseLoader(this.log, warehouse, systemClock, pino({ enabled: false }), screening);
    this.opened.push(loader);
    return loader;
  }

  /** A replay of its own, as another process would have. */
  replay(warehouse = this.warehouse): ReplayQuarantinedEvents {
    return new ReplayQuarantinedEvents(this.store, this.definitions, this.log, warehouse);
  }

  /** An organization with one event definition, and where its production environment's events go. */
  async tenant(definition: Partial<EventDefinition> = {}): Promise<{ author: Author; scope: QuarantineScope }> {
    const author = await this.admin.newOrganization();
    await this.admin.createResource.execute(author, {
      kind: 'eventDefinition',
      project: 'shop',
      key: 'purchase',
      definition: { ...PURCHASE, ...definition },
      requestId: '',
    });
    const { organizationId } = author;
    const environmentId = await this.catalog.findEnvironment(organizationId, PRODUCTION);
    await this.definitions.current([environmentId]);
    return { author, scope: { organizationId, environmentId } };
  }

  async quarantined(scope: QuarantineScope, isReplayed?: boolean): Promise<readonly QuarantinedEvent[]> {
    const query = { parent: PRODUCTION, filter: {}, isReplayed };
    return (await this.list.execute(scope, query, { size: 0, token: '' })).items;
  }

  async loaded(scope: QuarantineScope, column = 'event_id'): Promise<readonly (WarehouseValue | undefined)[]> {
    const sql = `SELECT ${column} AS shown FROM events WHERE environment_id = CAST($1 AS UUID) ORDER BY event_id`;
    return (await this.warehouse.query(sql, [scope.environmentId])).map((row) => row['shown']);
  }

  async close(): Promise<void> {
    for (const loader of this.opened) await loader.onModuleDestroy();
    await this.warehouse.close();
    await this.closeDatabase();
  }
}

export const PRODUCTION = 'projects/shop/environments/production';

/** Takes amounts that are numbers. */
export const PURCHASE: EventDefinition = {
  event: 'purchase',
  description: '',
  owner: 'team-checkout',
  schema: { type: 'object', properties: { amount: { type: 'number' }, email: { type: 'string' } } },
  value: { presence: 'optional', minimum: 0 },
  requiredUnits: ['targetingKey'],
  personalData: ['email'],
  compatibility: 'backward',
};

export function purchase(number: number, tracked: Partial<TrackedDraft> = {}): EventDraft {
  const draft = {
    name: 'purchase',
    units: { targetingKey: `user-${number}` },
    value: undefined,
    properties: undefined,
  };
  return { id: idOf(number), time: new Date(), payload: { kind: 'tracked', tracked: { ...draft, ...tracked } } };
}

export function idOf(number: number): string {
  return `0190a000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** The warehouse with another way of loading. */
export function withLoad(warehouse: Warehouse, load: Warehouse['load']): Warehouse {
  return new Proxy(warehouse, {
    get(target, property) {
      if (property === 'load') return load;
      const value: unknown = Reflect.get(target, property);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
