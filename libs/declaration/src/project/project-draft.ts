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

/** One resource before and after a draft; never both undefined. */
export interface ResourceChange {
  readonly before: AnyResource | undefined;
  readonly after: AnyResource | undefined;
}

/** A project's state with changes that are not yet stored. */
export class ProjectDraft implements Draft {
  private readonly current: Map<string, AnyResource>;
  private readonly original: ReadonlyMap<string, AnyResource>;

  constructor(
    readonly project: Project,
    readonly environments: readonly Environment[],
    resources: readonly AnyResource[],
    readonly sources: DraftSources,
  ) {
    this.original = new Map(resources.map((resource) => [slotOf(resource), resource]));
    this.current = new Map(this.original);
  }

  nameOf(address: ResourceAddress): string {
    return nameOf(address);
  }

  find<K extends ResourceKind>(kind: K, key: string, environment?: string): Resource<K> | undefined {
    const found = this.current.get(slotOf({ kind, key, environment }));
    return found && isOfKind(found, kind) ? found : undefined;
  }

  all<K extends ResourceKind>(kind: K): readonly Resource<K>[] {
    const found: Resource<K>[] = [];
    for (const resource of this.current.values()) if (isOfKind(resource, kind)) found.push(resource);
    return found.sort((a, b) => (slotOf(a) < slotOf(b) ? -1 : 1));
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
    this.current.delete(slotOf(resource));
  }

  /** What differs from the beginning, in the order of slots. */
  changes(): readonly ResourceChange[] {
    const slots = [...new Set([...this.original.keys(), ...this.current.keys()])].sort();
    return slots
      .map((slot) => ({ before: this.original.get(slot), after: this.current.get(slot) }))
      .filter(({ before, after }) => before !== after);
  }

  private set<K extends ResourceKind>(resource: Resource<K>): void {
    // A resource of a generic kind is one of the union's members; the compiler cannot follow the correlation.
    this.current.set(slotOf(resource), resource as unknown as AnyResource);
  }
}

function isOfKind<K extends ResourceKind>(resource: AnyResource, kind: K): resource is AnyResource & Resource<K> {
  return resource.kind === kind;
}

/** Drops properties that are present but undefined, as JSON does. */
function withoutAbsent<T extends object>(definition: T): T {
  return Object.fromEntries(Object.entries(definition).filter(([, value]) => value !== undefined)) as T;
}
