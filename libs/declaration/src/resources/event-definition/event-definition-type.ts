import type { JsonObject } from '@sortition/kernel';

import type { Keyed } from '../../document/declaration.js';
import { defineResourceType } from '../../resource-type.js';
import { listSchema, objectSchema, TEXT_SCHEMA } from '../declared-schemas.js';
import { eventDefinitionMisfits } from './check-event-definitions.js';
import type { EventDefinition } from './event-definition.js';
import { eventDefinitionProblems } from './event-definition-problems.js';
import { brokenColumns, requireUnread } from './columns-metrics-read.js';

/** An event definition as people write it. */
export interface DeclaredEventDefinition {
  /** Absent: the key. */
  readonly event?: string;
  readonly description?: string;
  readonly owner?: string;
  readonly schema?: JsonObject | null;
  readonly value?: EventDefinition['value'] | null;
  readonly requiredUnits?: readonly string[];
  readonly personalData?: readonly string[];
  readonly compatibility?: EventDefinition['compatibility'];
}

declare module '../../resource.js' {
  interface Definitions {
    readonly eventDefinition: EventDefinition;
  }
  interface DeclaredForms {
    readonly eventDefinition: DeclaredEventDefinition;
  }
}

declare module '../../document/declaration.js' {
  interface Declaration {
    readonly eventDefinitions?: readonly Keyed<'eventDefinition'>[];
  }
}

export const eventDefinition = defineResourceType<'eventDefinition'>({
  kind: 'eventDefinition',
  collection: 'eventDefinitions',
  place: { as: 'list', section: 'eventDefinitions' },
  isEvaluated: false,
  complete: (definition, { key }) => ({ ...definition, event: definition.event || key }),
  problems: eventDefinitionProblems,
  together: { kinds: ['eventDefinition', 'metric'], misfits: eventDefinitionMisfits },
  lossesOf: (state, { before, after }, at) => brokenColumns(state, before, after, at),
  requireRemovable: requireUnread,
  fields: {
    event: {
      declared: { event: { ...TEXT_SCHEMA, description: 'Name passed to track(). Absent: the key.' } },
      default: '',
      isFixed: true,
    },
    description: { declared: { description: TEXT_SCHEMA }, default: '' },
    owner: { declared: { owner: TEXT_SCHEMA }, default: '' },
    schema: {
      declared: { schema: { type: 'object', description: 'JSON Schema of the properties.' } },
      isOptional: true,
    },
    value: {
      declared: {
        value: objectSchema(
          {
            presence: { enum: ['optional', 'required', 'forbidden'] },
            minimum: { type: 'number' },
            maximum: { type: 'number' },
          },
          ['presence'],
        ),
      },
      isOptional: true,
    },
    requiredUnits: { declared: { requiredUnits: listSchema(TEXT_SCHEMA) }, default: [] },
    personalData: {
      declared: {
        personalData: { ...listSchema(TEXT_SCHEMA), description: 'Paths of properties, for example "address.street".' },
      },
      default: [],
    },
    compatibility: {
      declared: { compatibility: { enum: ['none', 'backward', 'forward', 'full'] } },
      default: 'backward',
    },
  },
});
