import type { EventDefinition } from './event-definition.js';
import type { EventPolicy } from './event-policy.js';
import type { ExperimentDefinition } from './experiment-definition.js';
import type { FlagConfiguration } from './flag-configuration.js';
import type { FlagDefinition } from './flag-definition.js';
import type { LayerDefinition } from './layer-definition.js';
import type { MetricDefinition } from './metric-definition.js';
import { formatName } from './resource-name.js';
import type { SegmentDefinition } from './segment-definition.js';

/** What each kind of resource of a project says. */
export interface Definitions {
  readonly flag: FlagDefinition;
  readonly flagConfiguration: FlagConfiguration;
  readonly segment: SegmentDefinition;
  readonly layer: LayerDefinition;
  readonly metric: MetricDefinition;
  readonly experiment: ExperimentDefinition;
  readonly eventDefinition: EventDefinition;
  /** At most one, with the key `default`. */
  readonly eventPolicy: EventPolicy;
}

export type ResourceKind = keyof Definitions;

/** A resource of a project as stored. */
export interface Resource<K extends ResourceKind> {
  readonly id: string;
  readonly kind: K;
  /** Key of the project. */
  readonly project: string;
  /** Key of the environment of a flag configuration; undefined for every other kind. */
  readonly environment: string | undefined;
  /** Unique per kind in the project; in the environment for a flag configuration, whose key is its flag's. */
  readonly key: string;
  readonly definition: Definitions[K];
  /** Counts changes from 1. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type AnyResource = { [K in ResourceKind]: Resource<K> }[ResourceKind];

/** Where a resource is found: its kind and keys. */
export interface ResourceAddress<K extends ResourceKind = ResourceKind> {
  readonly kind: K;
  readonly project: string;
  readonly environment: string | undefined;
  readonly key: string;
}

export function nameOf({ kind, project, environment, key }: ResourceAddress): string {
  if (kind === 'flagConfiguration') return formatName(kind, { project, environment: environment ?? '', key });
  return formatName(kind, { project, key });
}

/** Changes with every change of the resource and is never the same for two resources. Opaque to callers. */
export function etagOf({ id, version }: Pick<AnyResource, 'id' | 'version'>): string {
  return `${version.toString(36)}-${id.slice(-12)}`;
}
