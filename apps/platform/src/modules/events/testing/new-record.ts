import type { NewRecord } from '../application/event-log.js';

export const ORGANIZATION = '0190a000-0000-7000-8000-0000000000a1';
export const OTHER_ORGANIZATION = '0190a000-0000-7000-8000-0000000000a2';
export const ENVIRONMENT = '0190a000-0000-7000-8000-0000000000e1';
export const OTHER_ENVIRONMENT = '0190a000-0000-7000-8000-0000000000e2';

/** A tracked event for the log; `number` makes its id. */
export function newRecord(number: number, overrides: Partial<NewRecord> = {}): NewRecord {
  return {
    organizationId: ORGANIZATION,
    environmentId: ENVIRONMENT,
    eventId: eventIdOf(number),
    timeMs: 1_780_000_000_000 + number,
    kind: 'tracked',
    payload: JSON.stringify({
      name: 'purchase',
      value: number,
      units: { targetingKey: `user-${number}` },
      properties: {},
    }),
    ...overrides,
  };
}

export function eventIdOf(number: number): string {
  return `0190a000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}
