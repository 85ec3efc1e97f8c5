import { nameOf } from '../kind-words.js';
import { RESOURCE_KINDS, typeOfKind } from '../resource-types.js';
import type { Reference, Resource, ResourceKind } from '../resource.js';
import type { ProjectState } from './project-state.js';

/** Names of the resources that mention the resource, in the order of kinds and keys. */
export function referrersOf(state: ProjectState, kind: ResourceKind, key: string): readonly string[] {
  return referringResources(state)
    .filter((resource) => referencesOf(resource).some((reference) => reference.kind === kind && reference.key === key))
    .map(nameOf);
}

/** Everything of the project that a resource mentions by key. */
export function referencesOf<K extends ResourceKind>({ kind, definition }: Resource<K>): readonly Reference[] {
  return typeOfKind(kind).references?.(definition) ?? [];
}

/** The resources of the kinds that mention others. */
export function referringResources(state: ProjectState): readonly Resource<ResourceKind>[] {
  const kinds = RESOURCE_KINDS.filter((kind) => 'references' in typeOfKind(kind));
  return kinds.flatMap((kind) => state.all(kind));
}
