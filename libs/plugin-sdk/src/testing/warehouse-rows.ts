import type { EventRow, ExposureRow, LoadBatch } from '../warehouse.js';

const ENVIRONMENT = '0190a000-0000-7000-8000-00000000000e';
const TIME_MICROS = 1_780_000_000_000_000;

/** An exposure with everything filled in; `number` makes its id. */
export function exposureRow(number: number, overrides: Partial<ExposureRow> = {}): ExposureRow {
  return {
    environmentId: ENVIRONMENT,
    eventId: eventId(number),
    timeMicros: TIME_MICROS + number,
    receivedMicros: TIME_MICROS + number + 1_000,
    flag: 'button',
    variant: 'green',
    rule: 'everyone',
    experiment: 'green-button',
    phase: 1,
    unitAttribute: 'targetingKey',
    unit: `user-${number}`,
    ...overrides,
  };
}

/** A tracked event with everything filled in; `number` makes its id. */
export function eventRow(number: number, overrides: Partial<EventRow> = {}): EventRow {
  return {
    environmentId: ENVIRONMENT,
    eventId: eventId(number),
    timeMicros: TIME_MICROS + number,
    receivedMicros: TIME_MICROS + number + 1_000,
    name: 'purchase',
    value: number,
    units: { targetingKey: `user-${number}` },
    properties: '{}',
    ...overrides,
  };
}

/** A batch of the source `log` with rows by their numbers. */
export function batch(
  offset: number,
  rows: { readonly exposures?: readonly number[]; readonly events?: readonly number[] },
): LoadBatch {
  return {
    source: 'log',
    offset,
    exposures: (rows.exposures ?? []).map((number) => exposureRow(number)),
    events: (rows.events ?? []).map((number) => eventRow(number)),
  };
}

function eventId(number: number): string {
  return `0190a000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}
