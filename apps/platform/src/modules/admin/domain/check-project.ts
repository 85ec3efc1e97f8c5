import { validateSnapshot, type CompileOptions } from '@sortition/evaluation';
import type { FieldViolation } from '@sortition/kernel';

import { refuseViolations, violationOf } from './admin-errors.js';
import { buildSnapshot } from './build-snapshot.js';
import { eventDefinitionMisfits } from './check-event-definitions.js';
import type { ProjectState } from './project-state.js';
import { referencesOf } from './references.js';
import type { AnyResource, Resource } from './resource.js';

/**
 * Checks a project as a whole: everything that is mentioned exists, and every environment's snapshot compiles.
 *
 * @throws DomainError INVALID_CONFIGURATION whose violations list every problem by path, for example
 *   `flags.checkout.environments.production.rules[0].condition`.
 */
export function checkProject(state: ProjectState, operators: CompileOptions): void {
  const referrers: readonly AnyResource[] = [
    ...state.all('flagConfiguration'),
    ...state.all('segment'),
    ...state.all('experiment'),
  ];
  refuseViolations(referrers.flatMap((resource) => missingReferences(state, resource)));
  refuseViolations(state.all('experiment').flatMap((experiment) => experimentMisfits(state, experiment)));
  refuseViolations(state.all('flagConfiguration').flatMap((configuration) => foreignExperiments(state, configuration)));
  refuseViolations(eventDefinitionMisfits(state));
  refuseViolations(snapshotProblems(state, operators));
}

function missingReferences(state: ProjectState, resource: AnyResource): readonly FieldViolation[] {
  return referencesOf(resource)
    .filter(({ kind, key }) => !state.find(kind, key))
    .map(({ kind, key, path }) =>
      violationOf(`${pathOf(resource)}.${path}`, key, `must be the key of a ${kind} of the project`),
    );
}

function experimentMisfits(state: ProjectState, experiment: Resource<'experiment'>): readonly FieldViolation[] {
  const { definition } = experiment;
  const at = pathOf(experiment);
  const environments = state.environments.map(({ key }) => key);
  const variants = state.find('flag', definition.flag)?.definition.variants.map(({ key }) => key) ?? [];
  const unknown = definition.allocations.filter(({ variant }) => !variants.includes(variant));
  return [
    ...unknown.map(({ variant }) =>
      violationOf(`${at}.allocations`, variant, `must name variants of the flag "${definition.flag}"`),
    ),
    ...(environments.includes(definition.environment)
      ? []
      : [violationOf(`${at}.environment`, definition.environment, `must be one of ${environments.join(', ')}`)]),
  ];
}

/** An experiment is served by its own flag in its own environment. */
function foreignExperiments(
  state: ProjectState,
  configuration: Resource<'flagConfiguration'>,
): readonly FieldViolation[] {
  return configuration.definition.rules.flatMap(({ serve }, index) => {
    const experiment = serve.kind === 'experiment' ? state.find('experiment', serve.experiment) : undefined;
    if (!experiment) return [];
    const { flag, environment } = experiment.definition;
    if (flag === configuration.key && environment === configuration.environment) return [];
    const reason = `must be an experiment on this flag in this environment; it is on "${flag}" in "${environment}"`;
    return [violationOf(`${pathOf(configuration)}.rules[${index}].experiment`, experiment.key, reason)];
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

function pathOf(resource: AnyResource): string {
  if (resource.kind === 'flagConfiguration') return `flags.${resource.key}.environments.${resource.environment ?? ''}`;
  return `${resource.kind}s.${resource.key}`;
}
