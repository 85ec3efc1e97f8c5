import { RESOURCE_KINDS, typeOfKind } from '../resource-types.js';
import type { Resource, ResourceKind } from '../resource.js';
import type { ProjectState } from '../project/project-state.js';
import type { Declaration } from './declaration.js';
import { declaredForm } from './declared-form.js';

/** Writes a project in the form in which it can be applied again, here or elsewhere. */
export function declareProject(state: ProjectState): Declaration {
  const sections = RESOURCE_KINDS.flatMap((kind): readonly (readonly [string, unknown])[] => {
    const { place } = typeOfKind(kind);
    const resources = state.all(kind);
    if (place.as === 'perEnvironment') return [];
    if (place.as === 'list') return [[place.section, resources.map((resource) => keyedForm(state, resource))]];
    return resources.map((resource) => [place.section, declaredForm(kind, resource.definition)]);
  });
  // Each section is what its kind adds to the type.
  return { version: 1, ...Object.fromEntries(sections) };
}

function keyedForm<K extends ResourceKind>(state: ProjectState, { kind, key, definition }: Resource<K>): object {
  return { key, ...declaredForm(kind, definition), ...environmentsOf(state, kind, key) };
}

function environmentsOf(state: ProjectState, kind: ResourceKind, key: string): object {
  const part = RESOURCE_KINDS.find((each) => {
    const { place } = typeOfKind(each);
    return place.as === 'perEnvironment' && place.of === kind;
  });
  if (!part) return {};
  const forms = state.environments.flatMap((environment) => {
    const found = state.find(part, key, environment.key);
    return found ? [[environment.key, declaredForm(part, found.definition)] as const] : [];
  });
  return { environments: Object.fromEntries(forms) };
}
