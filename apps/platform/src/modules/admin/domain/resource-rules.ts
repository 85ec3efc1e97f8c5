import type { FieldViolation } from '@sortition/kernel';

import { violationOf } from './admin-errors.js';
import { eventDefinitionProblems } from './event-definition-problems.js';
import { experimentProblems } from './experiment-definition.js';
import { withPhaseOfNewWeights } from './experiment-lifecycle.js';
import { withSalts } from './flag-configuration.js';
import { flagProblems } from './flag-problems.js';
import { metricProblems } from './metric-definition.js';
import type { DraftSources } from './project-draft.js';
import type { Definitions, ResourceKind } from './resource.js';

/** What sets one kind of resource apart from the others when it is written. */
export interface ResourceRules<K extends ResourceKind> {
  /** How errors name the resource, for example `flag_configuration`. */
  readonly field: string;
  /** Properties that an update may change. The others are kept from the creation. */
  readonly mutable: readonly (keyof Definitions[K] & string)[];
  /** Fills in what the platform makes, for example salts. */
  complete(
    definition: Definitions[K],
    previous: Definitions[K] | undefined,
    sources: DraftSources,
    key: string,
  ): Definitions[K];
  /** What is wrong with the definition by itself; what it mentions is checked with the whole project. */
  problems(definition: Definitions[K], at: string, previous: Definitions[K] | undefined): readonly FieldViolation[];
}

export const RESOURCE_RULES: { readonly [K in ResourceKind]: ResourceRules<K> } = {
  flag: {
    field: 'flag',
    mutable: ['description', 'variants', 'schema', 'owner', 'tags', 'lifetime', 'clientVisible'],
    complete: (definition) => definition,
    problems: flagProblems,
  },
  flagConfiguration: {
    field: 'flag_configuration',
    mutable: ['enabled', 'rules', 'defaultVariant', 'offVariant', 'prerequisites', 'targets'],
    complete: (definition, previous, sources) => ({
      ...definition,
      rules: withSalts(definition.rules, previous?.rules ?? [], () => sources.newSalt()),
    }),
    problems: () => [],
  },
  segment: {
    field: 'segment',
    mutable: ['description', 'condition'],
    complete: (definition) => definition,
    problems: () => [],
  },
  layer: {
    field: 'layer',
    mutable: ['description'],
    complete: withSalt,
    problems: ({ salt }, at) => (salt.includes('/') ? [violationOf(`${at}.salt`, salt, 'must not contain "/"')] : []),
  },
  metric: {
    field: 'metric',
    mutable: ['description', 'event', 'aggregation', 'windowMs', 'direction'],
    complete: (definition) => definition,
    problems: metricProblems,
  },
  experiment: {
    field: 'experiment',
    mutable: [
      'hypothesis',
      'unit',
      'control',
      'allocations',
      'layer',
      'layerBuckets',
      'metrics',
      'alpha',
      'sticky',
      'intakePaused',
    ],
    complete: (definition, previous, sources) =>
      previous === undefined
        ? withSalt(definition, previous, sources)
        : withPhaseOfNewWeights(previous, definition, sources.now),
    problems: experimentProblems,
  },
  eventDefinition: {
    field: 'event_definition',
    mutable: ['description', 'owner', 'schema', 'value', 'requiredUnits', 'personalData', 'compatibility'],
    complete: (definition, _previous, _sources, key) => ({ ...definition, event: definition.event || key }),
    problems: eventDefinitionProblems,
  },
  eventPolicy: {
    field: 'event_policy',
    mutable: ['undefinedEvents'],
    complete: (definition) => definition,
    problems: () => [],
  },
};

function withSalt<T extends { readonly salt: string }>(
  definition: T,
  _previous: T | undefined,
  sources: DraftSources,
): T {
  return definition.salt === '' ? { ...definition, salt: sources.newSalt() } : definition;
}
