import { typesEventDefinition } from '@sortition/contracts';
import {
  addressOf,
  nameOf,
  etagOf,
  EVENT_POLICY_KEY,
  type EventPolicy,
  INITIAL_EVENT_POLICY,
  invalidArgument,
  type Resource,
} from '@sortition/declaration';

import { enumValue, type EnumTable } from './enum-value.js';

const { UndefinedEvents } = typesEventDefinition;

const CHOICES: EnumTable<EventPolicy['undefinedEvents'], typesEventDefinition.UndefinedEvents> = {
  accept: UndefinedEvents.ACCEPT,
  quarantine: UndefinedEvents.QUARANTINE,
};

export function eventPolicyOf({ undefinedEvents }: typesEventDefinition.EventPolicy): EventPolicy {
  return { undefinedEvents: enumValue(CHOICES, undefinedEvents, 'event_policy.undefined_events', 'accept') };
}

/** @param policy undefined: it was never changed. */
export function eventPolicyMessage(
  project: string,
  policy: Resource<'eventPolicy'> | undefined,
): typesEventDefinition.EventPolicy {
  const { undefinedEvents } = policy?.definition ?? INITIAL_EVENT_POLICY;
  return {
    name: nameOf({ kind: 'eventPolicy', project, environment: undefined, key: EVENT_POLICY_KEY }),
    undefinedEvents: CHOICES[undefinedEvents],
    etag: policy ? etagOf(policy) : '',
    updateTime: policy?.updatedAt,
  };
}

/** Key of the project whose policy the name is. @throws DomainError INVALID_ARGUMENT naming the field and the value. */
export function projectOfPolicy(name: string, field: string): string {
  const { project, key } = addressOf('eventPolicy', name, field);
  if (key !== EVENT_POLICY_KEY) throw invalidArgument(field, name, `must end with "${EVENT_POLICY_KEY}"`);
  return project;
}
