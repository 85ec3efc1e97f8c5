import type { CompileOptions } from '@sortition/evaluation';
import { type FieldViolation, finished, type Steps } from '@sortition/kernel';

import { refuseViolations, violationOf } from '../configuration-errors.js';
import { pathOf, wordsOf } from '../kind-words.js';
import { nearestNames } from '../nearest-names.js';
import { RESOURCE_KINDS, typeOfKind } from '../resource-types.js';
import type { AnyResource, Resource, ResourceKind } from '../resource.js';
import { CheckedEnvironment, NO_ENVIRONMENT } from './checked-environment.js';
import type { ResourceChange } from './project-draft.js';
import type { ProjectState } from './project-state.js';
import { referencesOf } from './references.js';

/**
 * Checks what changed and what mentions it: everything that is mentioned exists and fits. Costs the changes and what
 * mentions them.
 *
 * @throws DomainError INVALID_CONFIGURATION whose violations list every problem by path, for example
 *   `flags.checkout.environments.production.rules[0].experiment`.
 */
export function* checkReferences(state: ProjectState, changes: readonly ResourceChange[]): Steps<void> {
  const affected = yield* affectedBy(state, changes);
  for (const violationsOf of [missingReferences, misfitsOf]) {
    const found: FieldViolation[] = [];
    for (const resource of affected) {
      found.push(...violationsOf(state, resource));
      yield;
    }
    refuseViolations(found);
  }
  const changed = new Set(changes.map(({ before, after }) => (after ?? before)?.kind));
  for (const kind of RESOURCE_KINDS) {
    const { together } = typeOfKind(kind);
    if (together?.kinds.some((each) => changed.has(each)) === true) refuseViolations(together.misfits(state));
  }
}

/**
 * Checks that the snapshot of every environment compiles.
 *
 * @throws DomainError INVALID_CONFIGURATION whose violations list every problem by path, for example
 *   `flags.checkout.environments.production.rules[0].condition`.
 */
export function checkSnapshots(state: ProjectState, operators: CompileOptions): void {
  // A project without environments is checked all the same.
  const environments = state.environments.length > 0 ? state.environments.map(({ key }) => key) : [NO_ENVIRONMENT];
  refuseDistinct(
    environments.flatMap((environment) => {
      const checked = finished(CheckedEnvironment.of(state, environment, operators));
      return checked instanceof CheckedEnvironment ? [] : checked.violations;
    }),
  );
}

/** The same violation may be found in several environments. @throws DomainError INVALID_CONFIGURATION */
export function refuseDistinct(violations: readonly FieldViolation[]): void {
  const distinct = new Map(violations.map((violation) => [`${violation.field} ${violation.description}`, violation]));
  refuseViolations([...distinct.values()]);
}

/** What changed and is still there, and what mentions something that changed. */
function* affectedBy(state: ProjectState, changes: readonly ResourceChange[]): Steps<readonly AnyResource[]> {
  const affected = new Set<AnyResource>();
  for (const { before, after } of changes) {
    if (after) affected.add(after);
    const resource = after ?? before;
    yield;
    if (resource) for (const referrer of state.mentioning(resource.kind, resource.key)) affected.add(referrer);
  }
  return [...affected];
}

function misfitsOf<K extends ResourceKind>(state: ProjectState, resource: Resource<K>): readonly FieldViolation[] {
  return typeOfKind(resource.kind).misfits?.(state, resource) ?? [];
}

function missingReferences(state: ProjectState, resource: AnyResource): readonly FieldViolation[] {
  return referencesOf(resource)
    .filter(({ kind, key }) => !state.find(kind, key))
    .map(({ kind, key, path }) => {
      const known = state.all(kind).map((each) => each.key);
      const violation = violationOf(
        `${pathOf(resource)}.${path}`,
        key,
        `must be the key of ${wordsOf(kind)} of the project`,
      );
      const [nearest] = nearestNames(key, known);
      if (nearest === undefined) return violation;
      return { ...violation, description: `${violation.description}; did you mean "${nearest}"?` };
    });
}
