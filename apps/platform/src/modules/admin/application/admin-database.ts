import type {
  AnyResource,
  Environment,
  Project,
  Resource,
  ResourceAddress,
  ResourceChange,
  ResourceKind,
} from '@sortition/declaration';

import type { AuditEntry, NewAuditEntry } from '../domain/audit-entry.js';
import type { ApiKey } from '../domain/api-key.js';
import type { PublishedDelta, PublishedStep, StoredSnapshot } from '../domain/published-snapshot.js';
import type { PageQuery } from './page.js';
import type { WebhookOutbox } from './webhooks/webhook-outbox.js';

/** Where configuration is kept. Row-level security shows one organization. */
export interface AdminDatabase {
  /** Runs `work` in one transaction: all of it is stored, or nothing when it rejects. */
  write<T>(organizationId: string, work: (session: AdminSession) => Promise<T>): Promise<T>;
  read<T>(organizationId: string, work: (session: AdminSession) => Promise<T>): Promise<T>;
}

export const ADMIN_DATABASE = Symbol('AdminDatabase');

/** The stores of one transaction. */
export interface AdminSession {
  readonly projects: ProjectStore;
  readonly resources: ResourceStore;
  readonly snapshots: SnapshotStore;
  readonly apiKeys: ApiKeyStore;
  readonly audit: AuditTrail;
  readonly requests: RequestLog;
  readonly webhooks: WebhookOutbox;
}

export interface ProjectStore {
  /** False when another organization has the key; then nothing was stored. */
  createOrganization(organization: {
    readonly id: string;
    readonly key: string;
    readonly displayName?: string;
  }): Promise<boolean>;
  find(key: string): Promise<Project | undefined>;
  /**
   * Like {@link find}, and makes other writers of the project wait until this transaction ends.
   *
   * @throws DomainError PROJECT_BUSY when another writer has it for too long.
   */
  lock(key: string): Promise<Project | undefined>;
  list(page: PageQuery): Promise<readonly Project[]>;
  /** @throws DomainError ALREADY_EXISTS */
  create(project: Project): Promise<void>;
  /** Which state the project is in, and all its environments, ordered by key. */
  standing(project: Project): Promise<ProjectStanding>;
  /** Names the state that this transaction makes of a project. */
  moveTo(project: Project, stateId: string): Promise<void>;
  findEnvironment(project: Project, key: string): Promise<Environment | undefined>;
  listEnvironments(project: Project, page: PageQuery): Promise<readonly Environment[]>;
  /** @throws DomainError ALREADY_EXISTS */
  createEnvironment(project: Project, environment: Environment): Promise<void>;
}

export interface ProjectStanding {
  /** Differs after every write. Undefined: nothing was written yet. */
  readonly stateId: string | undefined;
  readonly environments: readonly Environment[];
}

export interface ResourceStore {
  /** Everything configured in the project. */
  loadAll(project: Project): Promise<readonly AnyResource[]>;
  find<K extends ResourceKind>(project: Project, address: ResourceAddress<K>): Promise<Resource<K> | undefined>;
  /** All of one kind, ordered by key. */
  all<K extends ResourceKind>(project: Project, kind: K): Promise<readonly Resource<K>[]>;
  list<K extends ResourceKind>(
    project: Project,
    kind: K,
    environment: Environment | undefined,
    page: PageQuery,
  ): Promise<readonly Resource<K>[]>;
  /** The versions of an event definition, deleted ones with the key included, newest first; `after` is of a cursor. */
  versions(project: Project, key: string, page: PageQuery): Promise<readonly EventDefinitionVersion[]>;
  /** Stores changes of a draft, some thousand at most. */
  save(project: Project, environments: readonly Environment[], changes: readonly ResourceChange[]): Promise<void>;
}

/** An event definition as it was. */
export interface EventDefinitionVersion {
  /** Where it lies among the versions; opaque. */
  readonly cursor: string;
  readonly resource: Resource<'eventDefinition'>;
}

export interface SnapshotStore {
  latest(environmentId: string): Promise<StoredSnapshot | undefined>;
  /** The newest revision; 0 when nothing was published yet, undefined when there is no such environment. */
  revisionOf(environmentId: string): Promise<number | undefined>;
  /**
   * Moves environments to new revisions; keeps the newest deltas only, and those since the last whole state.
   * Listeners hear of it once the transaction is committed.
   */
  publish(steps: readonly PublishedStep[]): Promise<void>;
  /** Deltas after a revision, oldest first. */
  deltasAfter(environmentId: string, revision: number): Promise<readonly PublishedDelta[]>;
}

export interface ApiKeyStore {
  create(key: ApiKey, secretHash: Buffer): Promise<void>;
  find(selector: string): Promise<ApiKey | undefined>;
  list(page: PageQuery): Promise<readonly ApiKey[]>;
  /** Marks a key as revoked; one that is revoked stays as it is. */
  revoke(selector: string, at: Date): Promise<void>;
}

export interface AuditTrail {
  record(entries: readonly NewAuditEntry[]): Promise<void>;
  /** Newest first; `after` of the page is the id of the last entry seen. */
  list(resource: string | undefined, page: PageQuery): Promise<readonly AuditEntry[]>;
}

/** Results of creations by request id, so that a retry does not create twice. */
export interface RequestLog {
  /**
   * Takes a request id for this transaction. Returns undefined when it was free; else what was remembered under it.
   * Waits for a concurrent transaction with the same id.
   */
  reserve(requestId: string, contentHash: string): Promise<RememberedRequest | undefined>;
  /** Remembers the JSON of what the request created. */
  remember(requestId: string, result: string): Promise<void>;
}

export interface RememberedRequest {
  readonly contentHash: string;
  /** JSON of the first result. */
  readonly result: string;
}
