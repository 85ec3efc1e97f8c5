import type { ResourceKind } from '@sortition/declaration';

import { EVENT_DEFINITION_WIRE } from './event-definition.wire.js';
import { EXPERIMENT_WIRE } from './experiment.wire.js';
import { FLAG_CONFIGURATION_WIRE } from './flag-configuration.wire.js';
import { FLAG_WIRE } from './flag.wire.js';
import { LAYER_WIRE } from './layer.wire.js';
import { METRIC_WIRE } from './metric.wire.js';
import { SEGMENT_WIRE } from './segment.wire.js';
import { WEBHOOK_WIRE } from './webhook.wire.js';
import type { WireForm } from './wire-form.js';

/** The wire form of every kind whose standard methods are served; a project's one event policy has RPCs of its own. */
export const WIRE_FORMS = {
  eventDefinition: EVENT_DEFINITION_WIRE,
  experiment: EXPERIMENT_WIRE,
  flag: FLAG_WIRE,
  flagConfiguration: FLAG_CONFIGURATION_WIRE,
  layer: LAYER_WIRE,
  metric: METRIC_WIRE,
  segment: SEGMENT_WIRE,
  webhook: WEBHOOK_WIRE,
} satisfies { readonly [K in Exclude<ResourceKind, 'eventPolicy'>]: WireForm<K> };
