import { canonicalJson } from '../canonical-json.js';
import { alreadyExists, notFound, staleEtag } from '../configuration-errors.js';
import { nameOf } from '../kind-words.js';
import {
  etagOf,
  type AnyResource,
  type Definitions,
  type Resource,
  type ResourceAddress,
  type ResourceKind,
} from '../resource.js';
import type { Environment, Project } from './project.js';
import { slotOf, type Draft, type DraftSources } from './project-state.js';
import { ResourceTable } from './resource-table.js';

/** One resource before and after a draft; never both undefined. */
export interface ResourceChange {
  readonly before: AnyResource | undefined;
  readonly after: AnyResource | undefined;
}

/** A project's state with changes that are not yet stored. The table stays as it is. */
export class ProjectDraft implements Draft {
  /** Slots that the draft wrote or removed: what the table has there no longer counts. */
  private readonly written = new Set<string>();
  private readonly present = new ResourceTable([]);
  private readonly sortedOfKind = new Map<ResourceKind, readonly AnyResource[]>();

  constructor(
    readonly project: Project,
    readonly environments: readonly Environment[],
    private readonly table: ResourceTable,
    readonly sources: DraftSources,
  ) {}

  nameOf(address: ResourceAddress): string {
    return nameOf(address);
  }

  find<K extends ResourceKind>(kind: K, key: string, environment?: string): Resource<K> | undefined {
    const found = this.at(slotOf({ kind, key, environment }));
    return found && isOfKind(found, kind) ? found : undefined;
  }

  all<K extends ResourceKind>(kind: K): readonly Resource<K>[] {
    const sorted = this.sortedOfKind.get(kind) ?? this.sorted(kind);
    this.sortedOfKind.set(kind, sorted);
    return sorted.filter((resource) => isOfKind(resource, kind));
  }

  mentioning(kind: ResourceKind, key: string): readonly AnyResource[] {
    const kept = [...this.table.mentioning(kind, key)].filter((slot) => !this.written.has(slot));
    return [...kept, ...this.present.mentioning(kind, key)].sort().flatMap((slot) => this.at(slot) ?? []);
  }

  require<K extends ResourceKind>(address: ResourceAddress<K>, etag = ''): Resource<K> {
    const found = this.find(address.kind, address.key, address.environment);
    if (!found) throw notFound(nameOf(address));
    const stored = etagOf(found);
    if (etag !== '' && etag !== stored) throw staleEtag(nameOf(address), etag, stored);
    return found;
  }

  create<K extends ResourceKind>(kind: K, key: string, definition: Definitions[K], environment?: string): Resource<K> {
    const address = { kind, project: this.project.key, environment, key };
    if (this.find(kind, key, environment)) throw alreadyExists(nameOf(address));
    const time = new Date(this.sources.now);
    const created = {
      ...address,
      id: this.sources.newId(),
      definition: withoutAbsent(definition),
      version: 1,
      createdAt: time,
      updatedAt: time,
    };
    this.set(created);
    return created;
  }

  update<K extends ResourceKind>(resource: Resource<K>, definition: Definitions[K]): Resource<K> {
    const next = withoutAbsent(definition);
    if (canonicalJson(next) === canonicalJson(resource.definition)) return resource;
    const updated = {
      ...resource,
      definition: next,
      version: resource.version + 1,
      updatedAt: new Date(this.sources.now),
    };
    this.set(updated);
    return updated;
  }

  remove<K extends ResourceKind>(resource: Resource<K>): void {
    this.put(slotOf(resource), undefined);
    this.sortedOfKind.delete(resource.kind);
  }

  /** What differs from the beginning, in the order of slots. */
  changes(): readonly ResourceChange[] {
    return [...this.written]
      .sort()
      .map((slot) => ({ before: this.table.get(slot), after: this.present.get(slot) }))
      .filter(({ before, after }) => before !== after);
  }

  private at(slot: string): AnyResource | undefined {
    return this.written.has(slot) ? this.present.get(slot) : this.table.get(slot);
  }

  private sorted(kind: ResourceKind): readonly AnyResource[] {
    const kept = this.table.all(kind).filter((resource) => !this.written.has(slotOf(resource)));
    const own = this.present.all(kind);
    return own.length === 0 ? kept : [...kept, ...own].sort((a, b) => (slotOf(a) < slotOf(b) ? -1 : 1));
  }

  private set<K extends ResourceKind>(resource: Resource<K>): void {
    // A resource of a generic kind is one of the union's members; the compiler cannot follow the correlation.
    this.put(slotOf(resource), resource as unknown as AnyResource);
    this.sortedOfKind.delete(resource.kind);
  }

  private put(slot: string, after: AnyResource | undefined): void {
    this.present.replace(this.present.get(slot), after);
    this.written.add(slot);
  }
}

function isOfKind<K extends ResourceKind>(resource: AnyResource, kind: K): resource is AnyResource & Resource<K> {
  return resource.kind === kind;
}

/** Drops properties that are present but undefined, as JSON does. */
function withoutAbsent<T extends object>(definition: T): T {
  return Object.fromEntries(Object.entries(definition).filter(([, value]) => value !== undefined)) as T;
}
