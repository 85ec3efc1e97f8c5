/** How a project treats events that no definition describes. */
export interface EventPolicy {
  readonly undefinedEvents: 'accept' | 'quarantine';
}

/** Key of the one policy of a project. */
export const EVENT_POLICY_KEY = 'default';
export const INITIAL_EVENT_POLICY: EventPolicy = { undefinedEvents: 'accept' };
