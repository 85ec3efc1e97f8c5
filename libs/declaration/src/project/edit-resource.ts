import { canonicalJson } from '../canonical-json.js';
import { invalidArgument, refuseViolations, resourceInUse } from '../configuration-errors.js';
import { mutableFieldsOf } from '../definition-fields.js';
import { fieldOf, nameOf } from '../kind-words.js';
import { RESOURCE_KINDS, typeOfKind } from '../resource-types.js';
import type { DefinitionChanges, Definitions, Resource, ResourceKind } from '../resource.js';
import { requireStorableText } from '../storable-text.js';
import type { Draft } from './project-state.js';

/**
 * Adds a resource to a draft, together with what exists from its creation in every environment.
 *
 * @throws DomainError ALREADY_EXISTS, INVALID_CONFIGURATION.
 */
export function createResource<K extends ResourceKind>(
  draft: Draft,
  kind: K,
  key: string,
  definition: Definitions[K],
): Resource<K> {
  const created = draft.create(kind, key, accepted(draft, kind, key, definition, undefined));
  for (const { key: environment } of draft.environments) createParts(draft, kind, key, environment);
  return created;
}

/** Gives a new environment what every resource has once per environment. */
export function addEnvironment(draft: Draft, environment: string): void {
  for (const kind of RESOURCE_KINDS) {
    for (const { key } of draft.all(kind)) createParts(draft, kind, key, environment);
  }
}

/**
 * Changes properties of a resource. Values that are the same as before are no change.
 *
 * @throws DomainError INVALID_ARGUMENT for a property that cannot change after creation; INVALID_STATE for one that a
 *   started experiment keeps; INVALID_CONFIGURATION.
 */
export function updateResource<K extends ResourceKind>(
  draft: Draft,
  current: Resource<K>,
  changes: DefinitionChanges<K>,
): Resource<K> {
  const { kind, key, definition: before } = current;
  const field = fieldOf(kind);
  const isMutable = new Set(mutableFieldsOf(kind));
  for (const [property, value] of Object.entries(changes)) {
    const present = before[property as keyof Definitions[K]];
    if (isMutable.has(property) || canonicalJson({ value }) === canonicalJson({ value: present })) continue;
    throw invalidArgument(`${field}.${property}`, value, 'cannot change after creation');
  }
  const after = accepted(draft, kind, key, { ...before, ...changes }, before);
  refuseViolations(typeOfKind(kind).lossesOf?.(draft, { before, after }, field) ?? []);
  return draft.update(current, after);
}

/**
 * Changes everything of a resource that can change, as somebody who sends it whole does.
 *
 * @throws DomainError like {@link updateResource}; INVALID_ARGUMENT when nothing would be served any more although
 *   something was: whoever forgets the fields of a message looks like whoever clears them.
 */
export function replaceResource<K extends ResourceKind>(
  draft: Draft,
  current: Resource<K>,
  changes: DefinitionChanges<K>,
): Resource<K> {
  const { kind, definition: before } = current;
  const isBare = (definition: Definitions[K]): boolean => typeOfKind(kind).isBare?.(definition) ?? false;
  const replaced = updateResource(draft, current, changes);
  if (isBare(before) || !isBare(replaced.definition)) return replaced;
  const fields = mutableFieldsOf(kind).filter((name) => {
    const property = name as keyof Definitions[K];
    return canonicalJson([before[property]]) !== canonicalJson([replaced.definition[property]]);
  });
  const mask = fields.map((name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)).join(',');
  throw invalidArgument(
    'update_mask',
    '*',
    `must name the fields to clear, "${mask}": with every field, "${nameOf(current)}" would be left without any variant to serve`,
  );
}

/** Removes a resource with its parts. @throws DomainError RESOURCE_IN_USE, INVALID_STATE for a running experiment. */
export function removeResource<K extends ResourceKind>(draft: Draft, resource: Resource<K>): void {
  const { kind, key } = resource;
  typeOfKind(kind).requireRemovable?.(draft, resource);
  const parts = partsOf(kind).flatMap((part): readonly Resource<ResourceKind>[] =>
    draft.environments.flatMap((environment) => draft.find(part, key, environment.key) ?? []),
  );
  const ownNames = new Set(parts.map(nameOf));
  const referrers = draft
    .mentioning(kind, key)
    .map(nameOf)
    .filter((referrer) => !ownNames.has(referrer));
  if (referrers.length > 0) throw resourceInUse(nameOf(resource), referrers);
  for (const part of parts) draft.remove(part);
  draft.remove(resource);
}

function accepted<K extends ResourceKind>(
  draft: Draft,
  kind: K,
  key: string,
  definition: Definitions[K],
  previous: Definitions[K] | undefined,
): Definitions[K] {
  const type = typeOfKind(kind);
  const field = fieldOf(kind);
  requireStorableText(definition, field);
  const completed = type.complete?.(definition, { previous, sources: draft.sources, key }) ?? definition;
  refuseViolations(type.problems?.(completed, field, previous) ?? []);
  return completed;
}

/** Kinds of which a resource of the kind has one per environment. */
function partsOf(kind: ResourceKind): readonly ResourceKind[] {
  return RESOURCE_KINDS.filter((each) => {
    const { place } = typeOfKind(each);
    return place.as === 'perEnvironment' && place.of === kind;
  });
}

function createParts(draft: Draft, kind: ResourceKind, key: string, environment: string): void {
  for (const part of partsOf(kind)) createPart(draft, part, key, environment);
}

function createPart(draft: Draft, part: ResourceKind, key: string, environment: string): void {
  const { place } = typeOfKind(part);
  if (place.as === 'perEnvironment') draft.create(part, key, place.initial, environment);
}
