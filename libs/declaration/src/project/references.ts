import { typeOfKind } from '../resource-types.js';
import type { Reference, Resource, ResourceKind } from '../resource.js';

/** Everything of the project that a resource mentions by key. */
export function referencesOf<K extends ResourceKind>({ kind, definition }: Resource<K>): readonly Reference[] {
  return typeOfKind(kind).references?.(definition) ?? [];
}
