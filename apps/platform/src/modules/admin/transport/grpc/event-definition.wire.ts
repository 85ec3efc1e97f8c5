import { typesEventDefinition } from '@sortition/contracts';
import { etagOf, type EventDefinition, nameOf, type Resource, type ValueRule } from '@sortition/declaration';

import { enumValue, type EnumTable } from './enum-value.js';
import { defineWireForm } from './wire-form.js';

const { Compatibility, ValuePresence } = typesEventDefinition;

const COMPATIBILITIES: EnumTable<EventDefinition['compatibility'], typesEventDefinition.Compatibility> = {
  none: Compatibility.NONE,
  backward: Compatibility.BACKWARD,
  forward: Compatibility.FORWARD,
  full: Compatibility.FULL,
};
const PRESENCES: EnumTable<ValueRule['presence'], typesEventDefinition.ValuePresence> = {
  optional: ValuePresence.OPTIONAL,
  required: ValuePresence.REQUIRED,
  forbidden: ValuePresence.FORBIDDEN,
};

export const EVENT_DEFINITION_WIRE = defineWireForm<'eventDefinition', typesEventDefinition.EventDefinition>({
  kind: 'eventDefinition',
  readers: {
    event: { path: 'event', read: ({ event }) => event },
    description: { path: 'description', read: ({ description }) => description },
    owner: { path: 'owner', read: ({ owner }) => owner },
    schema: { path: 'schema', read: ({ schema }) => schema },
    value: { path: 'value', read: ({ value }) => value && valueOf(value) },
    requiredUnits: { path: 'required_units', read: ({ requiredUnits }) => requiredUnits },
    personalData: { path: 'personal_data', read: ({ personalData }) => personalData },
    compatibility: {
      path: 'compatibility',
      read: ({ compatibility }) =>
        enumValue(COMPATIBILITIES, compatibility, 'event_definition.compatibility', 'backward'),
    },
  },
  toMessage: eventDefinitionMessage,
});

function valueOf({ presence, minimum, maximum }: typesEventDefinition.ValueRule): ValueRule {
  return {
    presence: enumValue(PRESENCES, presence, 'event_definition.value.presence', 'optional'),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
  };
}

export function eventDefinitionMessage(resource: Resource<'eventDefinition'>): typesEventDefinition.EventDefinition {
  const { event, description, owner, schema, value, requiredUnits, personalData } = resource.definition;
  return {
    name: nameOf(resource),
    event,
    description,
    owner,
    schema,
    value: value && { ...value, presence: PRESENCES[value.presence] },
    requiredUnits: [...requiredUnits],
    personalData: [...personalData],
    compatibility: COMPATIBILITIES[resource.definition.compatibility],
    version: resource.version,
    etag: etagOf(resource),
    createTime: resource.createdAt,
    updateTime: resource.updatedAt,
  };
}
