import type { Environment, Project } from './project.js';
import type { AnyResource, Resource, ResourceKind } from './resource.js';

/** Everything configured in a project, at one moment. */
export interface ProjectState {
  readonly project: Project;
  /** Ordered by key. */
  readonly environments: readonly Environment[];
  find<K extends ResourceKind>(kind: K, key: string, environment?: string): Resource<K> | undefined;
  /** Ordered by key; configurations of all environments by environment, then key. */
  all<K extends ResourceKind>(kind: K): readonly Resource<K>[];
}

/** Where a resource lies among the resources of its project. */
export function slotOf({ kind, environment, key }: Pick<AnyResource, 'kind' | 'environment' | 'key'>): string {
  return `${kind}/${environment ?? ''}/${key}`;
}
