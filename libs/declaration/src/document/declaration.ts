import type { DeclaredForms, ResourceKind } from '../resource.js';

/** What a project is to contain, as people write it. Every kind adds its section; DECLARATION_SCHEMA is its JSON Schema. */
export interface Declaration {
  readonly version: 1;
}

/** A resource in a list of a declaration. */
export type Keyed<K extends ResourceKind> = DeclaredForms[K] & { readonly key: string };
