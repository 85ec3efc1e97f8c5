import { notFound } from '../configuration-errors.js';
import { differingPaths } from '../differing-paths.js';
import { nameOf } from '../kind-words.js';
import { createResource, updateResource } from '../project/edit-resource.js';
import type { Draft } from '../project/project-state.js';
import { formatNameOf } from '../resource-name.js';
import { RESOURCE_KINDS, typeOfKind } from '../resource-types.js';
import type { Resource, ResourceKind } from '../resource.js';
import type { Declaration } from './declaration.js';
import { changesOf, definitionOf } from './declared-form.js';
import { declaredItems, type DeclaredItem } from './declared-items.js';

/** One line of the plan. */
export interface PlannedChange {
  readonly action: 'create' | 'update' | 'none';
  /** Resource name. */
  readonly resource: string;
  /** Properties that differ, for an update. */
  readonly fields: readonly string[];
}

/**
 * Makes a draft match a declaration, one resource at a time. What the declaration does not mention stays.
 *
 * @returns the plan, in the order of application.
 * @throws DomainError what creating, updating, starting and ending throw; RESOURCE_NOT_FOUND for an environment.
 */
export function* applyDeclaration(draft: Draft, declaration: Declaration): Generator<PlannedChange> {
  for (const kind of RESOURCE_KINDS) {
    for (const item of declaredItems(kind, declaration)) yield apply(draft, kind, item);
  }
}

function apply<K extends ResourceKind>(draft: Draft, kind: K, item: DeclaredItem<K>): PlannedChange {
  const before = draft.find(kind, item.key, item.environment);
  const written = write(draft, kind, item, before);
  const after = typeOfKind(kind).settle?.(draft, written, item.declared, before === undefined) ?? written;
  if (!before) return { action: 'create', resource: nameOf(after), fields: [] };
  const fields = differingPaths(before.definition, after.definition);
  return { action: fields.length > 0 ? 'update' : 'none', resource: nameOf(after), fields };
}

function write<K extends ResourceKind>(
  draft: Draft,
  kind: K,
  { key, environment, declared, at }: DeclaredItem<K>,
  before: Resource<K> | undefined,
): Resource<K> {
  const context = { before: before?.definition, state: draft, key, at };
  if (before) return updateResource(draft, before, changesOf(kind, declared, context));
  if (environment !== undefined) {
    const name = formatNameOf('projects/{project}/environments/{environment}', {
      project: draft.project.key,
      environment,
    });
    throw notFound(name, at);
  }
  return createResource(draft, kind, key, definitionOf(kind, declared, context));
}
