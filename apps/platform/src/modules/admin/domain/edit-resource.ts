import { invalidArgument, invalidState, refuseViolations, resourceInUse } from './admin-errors.js';
import { canonicalJson } from './canonical-json.js';
import type { EventDefinition } from './event-definition.js';
import { INITIAL_CONFIGURATION } from './flag-configuration.js';
import type { ProjectDraft } from './project-draft.js';
import { referrersOf } from './references.js';
import { brokenColumns, refuseRemovalInUse } from './metric-columns.js';
import { RESOURCE_RULES } from './resource-rules.js';
import { nameOf, type Definitions, type Resource, type ResourceKind } from './resource.js';
import { requireStorableText } from './storable-text.js';

/** New values of some properties; undefined clears an optional one. */
export type DefinitionChanges<K extends ResourceKind> = {
  readonly [P in keyof Definitions[K]]?: Definitions[K][P] | undefined;
};

/**
 * Adds a resource to a draft; a flag gets a disabled configuration in every environment.
 *
 * @throws DomainError ALREADY_EXISTS, INVALID_CONFIGURATION.
 */
export function createResource<K extends ResourceKind>(
  draft: ProjectDraft,
  kind: K,
  key: string,
  definition: Definitions[K],
): Resource<K> {
  const created = draft.create(kind, key, accepted(draft, kind, key, definition, undefined));
  if (kind === 'flag') {
    for (const environment of draft.environments) {
      draft.create('flagConfiguration', key, INITIAL_CONFIGURATION, environment.key);
    }
  }
  return created;
}

/**
 * Changes properties of a resource. Values that are the same as before are no change.
 *
 * @throws DomainError INVALID_ARGUMENT for a property that cannot change after creation; INVALID_STATE for one that a
 *   started experiment keeps; INVALID_CONFIGURATION.
 */
export function updateResource<K extends ResourceKind>(
  draft: ProjectDraft,
  current: Resource<K>,
  changes: DefinitionChanges<K>,
): Resource<K> {
  const { field, mutable } = RESOURCE_RULES[current.kind];
  const isMutable = new Set<string>(mutable);
  for (const [property, value] of Object.entries(changes)) {
    const before = current.definition[property as keyof Definitions[K]];
    if (isMutable.has(property) || canonicalJson({ value }) === canonicalJson({ value: before })) continue;
    throw invalidArgument(`${field}.${property}`, value, 'cannot change after creation');
  }
  const merged = { ...current.definition, ...changes };
  const next = accepted(draft, current.kind, current.key, merged, current.definition);
  refuseBrokenColumns(draft, current, next);
  return draft.update(current, next);
}

/** Removes a resource. @throws DomainError RESOURCE_IN_USE, INVALID_STATE for a running experiment. */
export function removeResource<K extends ResourceKind>(draft: ProjectDraft, resource: Resource<K>): void {
  const name = nameOf(resource);
  const experiment = draft.find('experiment', resource.key);
  if (resource.kind === 'experiment' && experiment?.definition.state === 'running') {
    throw invalidState('name', name, 'is running; end it before deleting it');
  }
  const own = resource.kind === 'flag' ? configurationsOf(draft, resource.key) : [];
  const ownNames = new Set(own.map(nameOf));
  const referrers = referrersOf(draft, resource.kind, resource.key).filter((referrer) => !ownNames.has(referrer));
  if (referrers.length > 0) throw resourceInUse(name, referrers);
  const described = draft.find('eventDefinition', resource.key);
  if (resource.kind === 'eventDefinition' && described) refuseRemovalInUse(draft, described);
  for (const configuration of own) draft.remove(configuration);
  draft.remove(resource);
}

function accepted<K extends ResourceKind>(
  draft: ProjectDraft,
  kind: K,
  key: string,
  definition: Definitions[K],
  previous: Definitions[K] | undefined,
): Definitions[K] {
  const rules = RESOURCE_RULES[kind];
  requireStorableText(definition, rules.field);
  const completed = rules.complete(definition, previous, draft.sources, key);
  refuseViolations(rules.problems(completed, rules.field, previous));
  return completed;
}

/** @throws DomainError INVALID_CONFIGURATION naming the metrics that the change would break. */
function refuseBrokenColumns<K extends ResourceKind>(
  draft: ProjectDraft,
  current: Resource<K>,
  next: Definitions[K],
): void {
  if (current.kind !== 'eventDefinition') return;
  // The kind names the type of the definition; the compiler cannot follow the correlation.
  const [before, after] = [current.definition, next] as readonly unknown[] as readonly EventDefinition[];
  if (before && after) refuseViolations(brokenColumns(draft, before, after, RESOURCE_RULES.eventDefinition.field));
}

function configurationsOf(draft: ProjectDraft, flag: string): readonly Resource<'flagConfiguration'>[] {
  return draft.all('flagConfiguration').filter(({ key }) => key === flag);
}
