import { eventDefinition } from './resources/event-definition/event-definition-type.js';
import { eventPolicy } from './resources/event-policy/event-policy-type.js';
import { experiment } from './resources/experiment/experiment-type.js';
import { flagConfiguration } from './resources/flag-configuration/flag-configuration-type.js';
import { flag } from './resources/flag/flag-type.js';
import { layer } from './resources/layer/layer-type.js';
import { metric } from './resources/metric/metric-type.js';
import { segment } from './resources/segment/segment-type.js';
import { webhook } from './resources/webhook/webhook-type.js';
import type { ResourceKind } from './resource.js';
import type { ResourceType } from './resource-type.js';

// What each kind adds to the types of all: whoever imports this library sees it.
export type * from './resources/event-definition/event-definition-type.js';
export type * from './resources/event-policy/event-policy-type.js';
export type * from './resources/experiment/experiment-type.js';
export type * from './resources/flag-configuration/flag-configuration-type.js';
export type * from './resources/flag/flag-type.js';
export type * from './resources/layer/layer-type.js';
export type * from './resources/metric/metric-type.js';
export type * from './resources/segment/segment-type.js';
export type * from './resources/webhook/webhook-type.js';

/** Every kind of resource, in the order in which a declaration is applied: what is mentioned before what mentions it. */
export const RESOURCE_TYPES = {
  layer,
  eventPolicy,
  eventDefinition,
  metric,
  segment,
  flag,
  experiment,
  flagConfiguration,
  webhook,
} satisfies { readonly [K in ResourceKind]: ResourceType<K> };

export const RESOURCE_KINDS = Object.keys(RESOURCE_TYPES) as readonly ResourceKind[];

export function typeOfKind<K extends ResourceKind>(kind: K): ResourceType<K> {
  const types: { readonly [P in ResourceKind]: ResourceType<P> } = RESOURCE_TYPES;
  return types[kind];
}
