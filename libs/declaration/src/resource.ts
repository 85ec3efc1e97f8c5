/**
 * What each kind of resource of a project says. Every kind adds itself where it is described, by declaration merging.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the kinds fill it
export interface Definitions {}

/** What each kind of resource looks like in a declaration, without its key; filled like {@link Definitions}. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the kinds fill it
export interface DeclaredForms {}

export type ResourceKind = keyof Definitions & keyof DeclaredForms;

/** A resource of a project as stored. */
export interface Resource<K extends ResourceKind> {
  readonly id: string;
  readonly kind: K;
  /** Key of the project. */
  readonly project: string;
  /** Key of the environment, for a kind that exists once per environment; undefined for every other kind. */
  readonly environment: string | undefined;
  /** Unique per kind in the project; in the environment for a flag configuration, whose key is its flag's. */
  readonly key: string;
  readonly definition: Definitions[K];
  /** Counts changes from 1. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type AnyResource = { [K in ResourceKind]: Resource<K> }[ResourceKind];

/** Where a resource is found: its kind and keys. */
export interface ResourceAddress<K extends ResourceKind = ResourceKind> {
  readonly kind: K;
  readonly project: string;
  readonly environment: string | undefined;
  readonly key: string;
}

/** New values of some properties; undefined clears an optional one. */
export type DefinitionChanges<K extends ResourceKind> = {
  readonly [P in keyof Definitions[K]]?: Definitions[K][P] | undefined;
};

/** A mention of one resource by another. */
export interface Reference {
  readonly kind: ResourceKind;
  readonly key: string;
  /** Path of the mention within the definition, for example `rules[0].experiment`. */
  readonly path: string;
}

/** Changes with every change of the resource and is never the same for two resources. Opaque to callers. */
export function etagOf({ id, version }: Pick<AnyResource, 'id' | 'version'>): string {
  return `${version.toString(36)}-${id.slice(-12)}`;
}
