import type { AnyResource, Definitions, Resource, ResourceAddress, ResourceKind } from '../resource.js';
import type { Environment, Project } from './project.js';

/** Everything configured in a project, at one moment. */
export interface ProjectState {
  readonly project: Project;
  /** Ordered by key. */
  readonly environments: readonly Environment[];
  find<K extends ResourceKind>(kind: K, key: string, environment?: string): Resource<K> | undefined;
  /** Ordered by key; resources of all environments by environment, then key. Costs the number of the kind. */
  all<K extends ResourceKind>(kind: K): readonly Resource<K>[];
  /** The resources that mention a resource, ordered by slot. Costs their number. */
  mentioning(kind: ResourceKind, key: string): readonly AnyResource[];
  /** Resource name, for example `projects/shop/flags/button`. */
  nameOf(address: ResourceAddress): string;
}

/** Where a draft gets what it cannot compute. */
export interface DraftSources {
  /** Milliseconds since the Unix epoch; the same throughout a draft. */
  readonly now: number;
  /** A UUID that sorts after earlier ones. */
  newId(): string;
  /** Random text without "/". */
  newSalt(): string;
}

/** A state that changes; nothing of it is stored yet. */
export interface Draft extends ProjectState {
  readonly sources: DraftSources;
  /** @throws DomainError RESOURCE_NOT_FOUND; STALE_ETAG when a non-empty etag is not the stored one. */
  require<K extends ResourceKind>(address: ResourceAddress<K>, etag?: string): Resource<K>;
  /** @throws DomainError ALREADY_EXISTS */
  create<K extends ResourceKind>(kind: K, key: string, definition: Definitions[K], environment?: string): Resource<K>;
  /** Gives a resource a new definition; nothing changes when it says the same as the present one. */
  update<K extends ResourceKind>(resource: Resource<K>, definition: Definitions[K]): Resource<K>;
  remove<K extends ResourceKind>(resource: Resource<K>): void;
}

/** Where a resource lies among the resources of its project. */
export function slotOf({ kind, environment, key }: Pick<AnyResource, 'kind' | 'environment' | 'key'>): string {
  return `${kind}/${environment ?? ''}/${key}`;
}

/** A flag's configurations in all environments. */
export function configurationsOf(state: ProjectState, flag: string): readonly Resource<'flagConfiguration'>[] {
  return state.environments.flatMap(({ key }) => state.find('flagConfiguration', flag, key) ?? []);
}
