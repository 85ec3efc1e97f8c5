import type { FieldViolation, JsonObject } from '@sortition/kernel';

import type { Draft, DraftSources, ProjectState } from './project/project-state.js';
import type { DeclaredForms, Definitions, Reference, Resource, ResourceKind } from './resource.js';

/**
 * Everything that sets one kind of resource apart from the others. The declaration's JSON Schema, the order in which a
 * declaration is applied, export, defaults, referrers, resource names, field masks and the redaction of secrets are
 * derived from it.
 */
export interface ResourceType<K extends ResourceKind> {
  readonly kind: K;
  /** The word before the key in resource names, for example `flags`. */
  readonly collection: string;
  readonly place: DeclaredPlace<K>;
  readonly fields: ResourceFields<K>;
  /** False: a snapshot never holds anything of it, so a change of it compiles and publishes nothing. */
  readonly isEvaluated: boolean;
  /** JSON Schema keywords beside the properties of the declared form, for example `oneOf`. */
  readonly schema?: JsonObject;
  /** Fills in what the platform makes, for example salts. */
  complete?(definition: Definitions[K], from: CompletionSources<K>): Definitions[K];
  /** What is wrong with a definition by itself. */
  problems?(definition: Definitions[K], at: string, previous: Definitions[K] | undefined): readonly FieldViolation[];
  /** Everything of the project that a definition mentions by key. */
  references?(definition: Definitions[K]): readonly Reference[];
  /** What is wrong with a resource among those that it mentions. */
  misfits?(state: ProjectState, resource: Resource<K>): readonly FieldViolation[];
  /** What is wrong with the resources of the kind, and of those that its misfits name, as a whole; they are few. */
  readonly together?: {
    /** Kinds after a change of which they are looked at again. */
    readonly kinds: readonly ResourceKind[];
    misfits(state: ProjectState): readonly FieldViolation[];
  };
  /** What a change of a definition takes from other resources. */
  lossesOf?(
    state: ProjectState,
    change: { readonly before: Definitions[K]; readonly after: Definitions[K] },
    at: string,
  ): readonly FieldViolation[];
  /** True: a definition that serves nobody anything, as an update that forgets every field would leave it. */
  isBare?(definition: Definitions[K]): boolean;
  /** @throws DomainError INVALID_STATE, RESOURCE_IN_USE when the resource must stay. */
  requireRemovable?(state: ProjectState, resource: Resource<K>): void;
  /**
   * Brings a resource into the state that a declaration asks for, beyond its definition.
   *
   * @throws DomainError INVALID_STATE when it cannot be reached.
   */
  settle?(draft: Draft, resource: Resource<K>, declared: DeclaredForms[K], isNew: boolean): Resource<K>;
  /** What the audit trail calls a change, when it is more than an update. */
  verbOf?(before: Definitions[K], after: Definitions[K]): string | undefined;
}

/** Where a declaration holds the resources of a kind. */
export type DeclaredPlace<K extends ResourceKind> =
  /** A list of objects with a key, in a section of its own. */
  | { readonly as: 'list'; readonly section: string }
  /** One object; the project has one resource of the kind, with this key. */
  | { readonly as: 'single'; readonly section: string; readonly key: string }
  /** An object per environment within each resource of another kind, which has one from its creation. */
  | { readonly as: 'perEnvironment'; readonly of: ResourceKind; readonly initial: Definitions[K] };

export type ResourceFields<K extends ResourceKind> = {
  readonly [P in keyof Definitions[K] & string]-?: ResourceField<K, P>;
};

/** One property of a definition. */
export type ResourceField<K extends ResourceKind, P extends keyof Definitions[K]> = FieldBasics &
  FieldPresence<Definitions[K][P]> & {
    /** JSON Schemas of what says it in a declaration, by name there. Absent: the platform makes it. */
    readonly declared?: { readonly [N in keyof DeclaredForms[K]]?: JsonObject };
    /** Its value from what was declared. Absent: what was declared under the one name. */
    read?(declared: DeclaredForms[K], from: DeclaredContext<K>): Definitions[K][P] | undefined;
    /** What declares it. Absent: the value under the one name. */
    write?(value: Exclude<Definitions[K][P], undefined>, definition: Definitions[K]): Partial<DeclaredForms[K]>;
  };

type FieldPresence<Value> = undefined extends Value
  ? { /** A definition may lack it; null in a declaration clears it. */ readonly isOptional: true }
  : { /** What a declaration may leave out when it creates. Absent: it must say it. */ readonly default?: Value };

interface FieldBasics {
  /** True: cannot change after creation. */
  readonly isFixed?: boolean;
  /** True: changes by {@link ResourceType.settle} and by RPCs of its own only. */
  readonly isSettled?: boolean;
  /** True: no snapshot holds it. */
  readonly isUnseen?: boolean;
  /** True: neither exported nor audited. */
  readonly isSecret?: boolean;
}

/** What reading a declared form may need to know. */
export interface DeclaredContext<K extends ResourceKind> {
  /** The definition until now; undefined on creation. */
  readonly before: Definitions[K] | undefined;
  /** The project with what was applied before. */
  readonly state: ProjectState;
  /** Key of the resource. */
  readonly key: string;
  /** Path of the resource in the declaration, for errors. */
  readonly at: string;
}

export interface CompletionSources<K extends ResourceKind> {
  /** Undefined on creation. */
  readonly previous: Definitions[K] | undefined;
  readonly sources: DraftSources;
  readonly key: string;
}

/** Returns the description as given, with its kind inferred. */
export function defineResourceType<K extends ResourceKind>(type: ResourceType<K>): ResourceType<K> {
  return type;
}
