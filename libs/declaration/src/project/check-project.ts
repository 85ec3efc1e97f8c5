import { validateSnapshot, type CompileOptions } from '@sortition/evaluation';
import type { FieldViolation } from '@sortition/kernel';

import { refuseViolations, violationOf } from '../configuration-errors.js';
import { pathOf, wordsOf } from '../kind-words.js';
import { nearestNames } from '../nearest-names.js';
import { RESOURCE_KINDS, typeOfKind } from '../resource-types.js';
import type { Resource, ResourceKind } from '../resource.js';
import { buildSnapshot } from './build-snapshot.js';
import type { ProjectState } from './project-state.js';
import { referencesOf, referringResources } from './references.js';

/**
 * Checks what the resources of a project say about each other: everything that is mentioned exists and fits.
 *
 * @throws DomainError INVALID_CONFIGURATION whose violations list every problem by path, for example
 *   `flags.checkout.environments.production.rules[0].experiment`.
 */
export function checkReferences(state: ProjectState): void {
  refuseViolations(referringResources(state).flatMap((resource) => missingReferences(state, resource)));
  for (const kind of RESOURCE_KINDS) refuseViolations(typeOfKind(kind).misfits?.(state) ?? []);
}

/**
 * Checks that the snapshot of every environment compiles.
 *
 * @throws DomainError INVALID_CONFIGURATION whose violations list every problem by path, for example
 *   `flags.checkout.environments.production.rules[0].condition`.
 */
export function checkSnapshots(state: ProjectState, operators: CompileOptions): void {
  refuseViolations(snapshotProblems(state, operators));
}

function missingReferences(state: ProjectState, resource: Resource<ResourceKind>): readonly FieldViolation[] {
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

/** Drafts and ended experiments are built in as well, so that they are checked and rules keep their places. */
function snapshotProblems(state: ProjectState, operators: CompileOptions): readonly FieldViolation[] {
  // A project without environments is checked all the same.
  const environments = state.environments.length > 0 ? state.environments.map(({ key }) => key) : ['none'];
  const found = environments.flatMap((environment) => {
    const snapshot = buildSnapshot(state, {
      organization: 'check',
      environment,
      revision: 0,
      servesExperiment: () => true,
    });
    return validateSnapshot(snapshot, operators).map(({ field, description }) => ({
      field: field.replace(
        /^(flags|segments|layers)\[(\d+)\]/,
        (_path, list: 'flags' | 'segments' | 'layers', index) => {
          const item = snapshot[list][Number(index)];
          return `${list}.${item?.key ?? String(index)}${isOfEnvironment(list, field) ? `.environments.${environment}` : ''}`;
        },
      ),
      description,
    }));
  });
  return [...new Map(found.map((violation) => [`${violation.field} ${violation.description}`, violation])).values()];
}

function isOfEnvironment(list: string, field: string): boolean {
  return list === 'flags' && /^flags\[\d+\]\.(rules|defaultVariant|offVariant|prerequisites|targets)/.test(field);
}
