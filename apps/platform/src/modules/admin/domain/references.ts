import type { Condition } from '@sortition/evaluation';

import type { ProjectState } from './project-state.js';
import { nameOf, type AnyResource, type ResourceKind } from './resource.js';

/** A mention of one resource by another. */
export interface Reference {
  readonly kind: ResourceKind;
  readonly key: string;
  /** Path of the mention within the definition, for example `rules[0].experiment`. */
  readonly path: string;
}

/** Names of the resources that mention the resource, in order. */
export function referrersOf(state: ProjectState, kind: ResourceKind, key: string): readonly string[] {
  const mentioning: readonly AnyResource[] = [
    ...state.all('flagConfiguration'),
    ...state.all('segment'),
    ...state.all('experiment'),
  ];
  return mentioning
    .filter((resource) => referencesOf(resource).some((reference) => reference.kind === kind && reference.key === key))
    .map(nameOf);
}

/** Everything of the project that a resource mentions by key. */
export function referencesOf(resource: AnyResource): readonly Reference[] {
  switch (resource.kind) {
    case 'flagConfiguration':
      return [
        ...resource.definition.prerequisites.map(({ flag }, index) => ({
          kind: 'flag' as const,
          key: flag,
          path: `prerequisites[${index}].flag`,
        })),
        ...resource.definition.rules.flatMap(({ condition, serve }, index): readonly Reference[] => [
          ...(condition === undefined ? [] : segmentsOf(condition, `rules[${index}].condition`)),
          ...(serve.kind === 'experiment'
            ? [{ kind: 'experiment' as const, key: serve.experiment, path: `rules[${index}].experiment` }]
            : []),
        ]),
      ];
    case 'segment':
      return segmentsOf(resource.definition.condition, 'condition');
    case 'experiment': {
      const { flag, layer, metrics } = resource.definition;
      return [
        { kind: 'flag', key: flag, path: 'flag' },
        ...(layer === undefined ? [] : [{ kind: 'layer' as const, key: layer, path: 'layer' }]),
        ...metrics.map(({ metric }, index) => ({
          kind: 'metric' as const,
          key: metric,
          path: `metrics[${index}].metric`,
        })),
      ];
    }
    case 'flag':
    case 'layer':
    case 'metric':
    case 'eventDefinition':
    case 'eventPolicy':
      return [];
  }
}

/** Conditions come from outside and are validated later, so this walks whatever it is given. */
function segmentsOf(condition: unknown, path: string): readonly Reference[] {
  if (typeof condition !== 'object' || condition === null) return [];
  const { all, any, not, segment } = condition as Partial<Record<'all' | 'any' | 'not' | 'segment', Condition>>;
  const lists = Object.entries({ all, any }).flatMap(([name, list]: readonly [string, unknown]) =>
    Array.isArray(list) ? list.flatMap((each: unknown, index) => segmentsOf(each, `${path}.${name}[${index}]`)) : [],
  );
  const key: unknown = segment;
  return [
    ...lists,
    ...segmentsOf(not, `${path}.not`),
    ...(typeof key === 'string' ? [{ kind: 'segment' as const, key, path: `${path}.segment` }] : []),
  ];
}
