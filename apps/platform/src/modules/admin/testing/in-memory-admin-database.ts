import {
  alreadyExists,
  type AnyResource,
  type Environment,
  type Project,
  type Resource,
  type ResourceKind,
  slotOf,
} from '@sortition/declaration';
import { finished } from '@sortition/kernel';

import type {
  AdminDatabase,
  AdminSession,
  ApiKeyStore,
  AuditTrail,
  EventDefinitionVersion,
  ProjectStore,
  RequestLog,
  ResourceStore,
  SnapshotStore,
} from '../application/admin-database.js';
import type { PageQuery } from '../application/page.js';
import { type Delivery, MOST_PENDING, type WebhookOutbox } from '../application/webhooks/webhook-outbox.js';
import type { ApiKey } from '../domain/api-key.js';
import type { AuditEntry } from '../domain/audit-entry.js';
import { foldDeltas } from '../domain/fold-deltas.js';
import type { PublishedDelta, StoredSnapshot } from '../domain/published-snapshot.js';
import { formatName } from '../domain/resource-name.js';

const KEPT_DELTAS = 1_000;

/** One organization's rows. Maps are replaced, never changed, so that a transaction can be dropped. */
interface Rows {
  readonly projects: Map<string, Project>;
  readonly environments: Map<string, Environment>;
  /** By project id and slot. */
  readonly resources: Map<string, AnyResource>;
  /** Of every project, oldest first. */
  readonly versions: EventDefinitionVersion[];
  /** By project id. */
  readonly states: Map<string, string>;
  readonly snapshots: Map<string, StoredSnapshot>;
  readonly deltas: Map<string, readonly PublishedDelta[]>;
  readonly apiKeys: Map<string, ApiKey>;
  readonly audit: AuditEntry[];
  readonly requests: Map<string, { readonly contentHash: string; readonly result: string }>;
  readonly deliveries: (Delivery & { readonly webhookId: string })[];
}

/** {@link AdminDatabase} without a database: one writer at a time, on a copy that is kept when it succeeds. */
export class InMemoryAdminDatabase implements AdminDatabase {
  private readonly organizations = new Map<string, string>();
  private readonly rowsOf = new Map<string, Rows>();
  private turn: Promise<unknown> = Promise.resolve();

  write<T>(organizationId: string, work: (session: AdminSession) => Promise<T>): Promise<T> {
    const result = this.turn.then(async () => {
      const rows = this.copyOf(organizationId);
      const keys = new Map(this.organizations);
      const value = await work(sessionOf(rows, keys));
      this.rowsOf.set(organizationId, rows);
      for (const [key, id] of keys) this.organizations.set(key, id);
      return value;
    });
    this.turn = result.catch(() => undefined);
    return result;
  }

  async read<T>(organizationId: string, work: (session: AdminSession) => Promise<T>): Promise<T> {
    return work(sessionOf(this.copyOf(organizationId), new Map()));
  }

  private copyOf(organizationId: string): Rows {
    const rows = this.rowsOf.get(organizationId);
    return {
      projects: new Map(rows?.projects),
      environments: new Map(rows?.environments),
      resources: new Map(rows?.resources),
      versions: [...(rows?.versions ?? [])],
      states: new Map(rows?.states),
      snapshots: new Map(rows?.snapshots),
      deltas: new Map(rows?.deltas),
      apiKeys: new Map(rows?.apiKeys),
      audit: [...(rows?.audit ?? [])],
      requests: new Map(rows?.requests),
      deliveries: [...(rows?.deliveries ?? [])],
    };
  }
}

function sessionOf(rows: Rows, organizations: Map<string, string>): AdminSession {
  return {
    projects: projectStore(rows, organizations),
    resources: resourceStore(rows),
    snapshots: snapshotStore(rows),
    apiKeys: apiKeyStore(rows),
    audit: auditTrail(rows),
    requests: requestLog(rows),
    webhooks: webhookOutbox(rows),
  };
}

function projectStore({ projects, environments, states }: Rows, organizations: Map<string, string>): ProjectStore {
  const environmentsOf = ({ id }: Project): readonly Environment[] =>
    sorted([...environments.values()].filter(({ projectId }) => projectId === id));
  return {
    async createOrganization({ id, key }) {
      if (organizations.has(key)) return false;
      organizations.set(key, id);
      return true;
    },
    find: async (key) => projects.get(key),
    lock: async (key) => projects.get(key),
    list: async (query) => page(sorted([...projects.values()]), ({ key }) => key, query),
    async create(project) {
      if (projects.has(project.key)) throw alreadyExists(formatName('project', { project: project.key }));
      projects.set(project.key, project);
    },
    standing: async (project) => ({ stateId: states.get(project.id), environments: environmentsOf(project) }),
    moveTo: async ({ id }, stateId) => void states.set(id, stateId),
    findEnvironment: async (project, key) => environmentsOf(project).find((each) => each.key === key),
    listEnvironments: async (project, query) => page(environmentsOf(project), ({ key }) => key, query),
    async createEnvironment(project, environment) {
      if (environmentsOf(project).some(({ key }) => key === environment.key)) {
        throw alreadyExists(formatName('environment', { project: project.key, environment: environment.key }));
      }
      environments.set(environment.id, environment);
    },
  };
}

function resourceStore({ resources, versions }: Rows): ResourceStore {
  const all = (project: Project): readonly AnyResource[] =>
    sorted([...resources].filter(([slot]) => slot.startsWith(project.id)).map(([, resource]) => resource));
  const allOf = <K extends ResourceKind>(project: Project, kind: K): readonly Resource<K>[] =>
    all(project).filter((resource): resource is AnyResource & Resource<K> => resource.kind === kind);
  return {
    loadAll: async (project) => all(project),
    find: async (project, { kind, key, environment }) =>
      allOf(project, kind).find((resource) => resource.key === key && resource.environment === environment),
    all: async (project, kind) => allOf(project, kind),
    list: async (project, kind, environment, query) =>
      page(
        allOf(project, kind).filter((resource) => resource.environment === environment?.key),
        ({ key }) => key,
        query,
      ),
    versions: async ({ key: project }, key, { after, limit }) =>
      versions
        .filter(({ resource }) => resource.project === project && resource.key === key)
        .filter(({ cursor }) => after === undefined || cursor < after)
        .reverse()
        .slice(0, limit),
    async save(project, _environments, changes) {
      for (const { before, after } of changes) {
        if (before) resources.delete(`${project.id}/${slotOf(before)}`);
        if (after) resources.set(`${project.id}/${slotOf(after)}`, after);
        if (after?.kind === 'eventDefinition') {
          versions.push({ cursor: String(versions.length).padStart(9, '0'), resource: after });
        }
      }
    },
  };
}

function snapshotStore({ snapshots, deltas, environments }: Rows): SnapshotStore {
  return {
    latest: async (environmentId) => snapshots.get(environmentId),
    revisionOf: async (environmentId) => environments.get(environmentId)?.revision,
    async publish(steps) {
      for (const { environmentId, revision, contentHash, deltaJson, wholeJson } of steps) {
        const before = snapshots.get(environmentId);
        const json = wholeJson ?? finished(foldDeltas(before?.json ?? '', deltaJson === undefined ? [] : [deltaJson]));
        const wholeRevision = wholeJson === undefined ? (before?.wholeRevision ?? 0) : revision;
        snapshots.set(environmentId, { environmentId, revision, contentHash, json, wholeRevision });
        if (deltaJson !== undefined) {
          const delta = { environmentId, fromRevision: revision - 1, revision, contentHash, json: deltaJson };
          deltas.set(environmentId, [...(deltas.get(environmentId) ?? []), delta].slice(-KEPT_DELTAS));
        }
        const environment = environments.get(environmentId);
        if (environment) environments.set(environmentId, { ...environment, revision });
      }
    },
    deltasAfter: async (environmentId, revision) =>
      (deltas.get(environmentId) ?? []).filter((delta) => delta.revision > revision),
  };
}

function webhookOutbox({ deliveries }: Rows): WebhookOutbox {
  return {
    async enqueue({ webhookId }, messages) {
      const pending = deliveries.filter((each) => each.webhookId === webhookId && each.state === 'pending').length;
      for (const { id } of messages.slice(0, Math.max(0, MOST_PENDING - pending))) {
        const nothing = { attempts: 0, lastAttemptAt: undefined, responseStatus: undefined, error: undefined };
        deliveries.push({ id, webhookId, state: 'pending', createdAt: new Date(), ...nothing });
      }
    },
    list: async (webhookId, { after, limit }) =>
      deliveries
        .filter((each) => each.webhookId === webhookId && (after === undefined || each.id < after))
        .sort((one, other) => (one.id < other.id ? 1 : -1))
        .slice(0, limit),
  };
}

function apiKeyStore({ apiKeys }: Rows): ApiKeyStore {
  const all = (): readonly ApiKey[] => [...apiKeys.values()].sort((a, b) => (a.selector < b.selector ? -1 : 1));
  return {
    create: async (key) => void apiKeys.set(key.selector, key),
    find: async (selector) => apiKeys.get(selector),
    list: async (query) => page(all(), ({ selector }) => selector, query),
    async revoke(selector, at) {
      const key = apiKeys.get(selector);
      if (key && !key.revokedAt) apiKeys.set(selector, { ...key, revokedAt: at });
    },
  };
}

function auditTrail({ audit }: Rows): AuditTrail {
  return {
    async record(entries) {
      for (const entry of entries) {
        const id = String(audit.length).padStart(9, '0');
        audit.push({ ...entry, id, time: new Date(0) });
      }
    },
    list: async (resource, { after, limit }) =>
      audit
        .filter((entry) => (resource === undefined || entry.resource === resource) && !(after && entry.id >= after))
        .reverse()
        .slice(0, limit),
  };
}

function requestLog({ requests }: Rows): RequestLog {
  return {
    async reserve(requestId, contentHash) {
      const known = requests.get(requestId);
      if (!known) requests.set(requestId, { contentHash, result: '' });
      return known;
    },
    async remember(requestId, result) {
      const { contentHash = '' } = requests.get(requestId) ?? {};
      requests.set(requestId, { contentHash, result });
    },
  };
}

function sorted<T extends { readonly key: string }>(items: readonly T[]): readonly T[] {
  return [...items].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function page<T>(items: readonly T[], cursorOf: (item: T) => string, { after, limit }: PageQuery): readonly T[] {
  return items.filter((item) => after === undefined || cursorOf(item) > after).slice(0, limit);
}
