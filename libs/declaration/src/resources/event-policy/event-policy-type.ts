import { defineResourceType } from '../../resource-type.js';
import { EVENT_POLICY_KEY, INITIAL_EVENT_POLICY, type EventPolicy } from './event-policy.js';

/** How events without a definition are treated, as people write it. */
export type DeclaredEventPolicy = Partial<EventPolicy>;

declare module '../../resource.js' {
  interface Definitions {
    /** At most one, with the key `default`. */
    readonly eventPolicy: EventPolicy;
  }
  interface DeclaredForms {
    readonly eventPolicy: DeclaredEventPolicy;
  }
}

declare module '../../document/declaration.js' {
  interface Declaration {
    readonly eventPolicy?: DeclaredEventPolicy;
  }
}

export const eventPolicy = defineResourceType<'eventPolicy'>({
  kind: 'eventPolicy',
  collection: 'eventPolicies',
  place: { as: 'single', section: 'eventPolicy', key: EVENT_POLICY_KEY },
  isEvaluated: false,
  fields: {
    undefinedEvents: {
      declared: { undefinedEvents: { enum: ['accept', 'quarantine'] } },
      default: INITIAL_EVENT_POLICY.undefinedEvents,
    },
  },
});
