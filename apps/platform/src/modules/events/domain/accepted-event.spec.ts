import { describe, expect, it } from '@jest/globals';

import { acceptEvent } from './accepted-event.js';
import type { EventDraft, ExposureDraft, TrackedDraft } from './event-draft.js';

const RECEIVED = Date.UTC(2026, 4, 1, 12);
const ID = '0190a000-0000-7000-8000-000000000001';

const exposure: ExposureDraft = {
  flag: 'button',
  variant: 'green',
  rule: 'everyone',
  experiment: 'green-button',
  phase: 1,
  unitAttribute: 'targetingKey',
  unit: 'user-1',
};
const tracked: TrackedDraft = {
  name: 'purchase',
  units: { targetingKey: 'user-1' },
  value: 9.5,
  properties: { currency: 'EUR' },
};

const draftOf = (overrides: Partial<EventDraft>): EventDraft => ({
  id: ID,
  time: new Date(RECEIVED),
  payload: { kind: 'exposure', exposure },
  ...overrides,
});
const accept = (overrides: Partial<EventDraft>): unknown => acceptEvent(draftOf(overrides), 0, RECEIVED);
const acceptExposure = (overrides: Partial<ExposureDraft>): unknown =>
  accept({ payload: { kind: 'exposure', exposure: { ...exposure, ...overrides } } });
const acceptTracked = (overrides: Partial<TrackedDraft>): unknown =>
  accept({ payload: { kind: 'tracked', tracked: { ...tracked, ...overrides } } });

describe('an event', () => {
  it('is stored with its id in lower case and its payload as JSON', () => {
    expect(accept({ id: ID.toUpperCase() })).toMatchObject({
      id: ID,
      timeMs: RECEIVED,
      kind: 'exposure',
      payload: JSON.stringify(exposure),
    });
  });

  it('keeps everything that was tracked', () => {
    expect(acceptTracked({})).toMatchObject({
      kind: 'tracked',
      payload: JSON.stringify({
        name: 'purchase',
        value: 9.5,
        units: { targetingKey: 'user-1' },
        properties: { currency: 'EUR' },
      }),
    });
  });

  it('may lack a value and properties', () => {
    expect(acceptTracked({ value: undefined, properties: undefined })).toMatchObject({
      payload: expect.stringContaining('"value":null'),
    });
  });

  it('counts an exposure without attribute path by the targeting key', () => {
    expect(acceptExposure({ unitAttribute: '' })).toMatchObject({
      payload: expect.stringContaining('"unitAttribute":"targetingKey"'),
    });
  });

  it('may come from a rule without an experiment', () => {
    expect(acceptExposure({ experiment: '', phase: 0, rule: '' })).toMatchObject({ kind: 'exposure' });
  });

  it.each(['', 'event-1', '0190a000-0000-7000-8000-00000000000', "'; DROP TABLE event_log; --"])(
    'is refused with the malformed id "%s"',
    (id) => {
      expect(accept({ id })).toMatchObject({ reason: 'INVALID_ARGUMENT', message: `id "${id}" is not a UUID.` });
    },
  );

  it('is refused without a payload', () => {
    expect(accept({ payload: undefined })).toMatchObject({ reason: 'INVALID_ARGUMENT', field: 'payload' });
  });

  it.each([
    ['exposure.flag', { flag: '' }, 'exposure.flag "" is empty.'],
    ['exposure.variant', { variant: '' }, 'exposure.variant "" is empty.'],
    ['exposure.unit', { unit: 'a\0b' }, /^exposure\.unit ".*" holds a character that is not allowed\.$/s],
    ['exposure.unit', { unit: '\ud800' }, /holds a character that is not allowed/],
    ['exposure.flag', { flag: 'x'.repeat(257) }, /has 257 characters; at most 256 are allowed/],
    ['exposure.phase', { phase: 0 }, 'exposure.phase "0" must be 1 or more with an experiment.'],
    ['exposure.phase', { phase: -1 }, 'exposure.phase "-1" must be 1 or more with an experiment.'],
    ['exposure.phase', { phase: 1.5 }, /"1\.5"/],
    ['exposure.phase', { experiment: '', phase: 2 }, 'exposure.phase "2" must be 0 without an experiment.'],
  ])('is refused for a wrong %s: %o', (field, overrides, message) => {
    expect(acceptExposure(overrides)).toMatchObject({
      reason: 'INVALID_ARGUMENT',
      field,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });

  it.each([
    ['tracked.name', { name: '' }, 'tracked.name "" is empty.'],
    ['tracked.value', { value: Number.NaN }, 'tracked.value "NaN" is not a finite number.'],
    ['tracked.value', { value: Number.POSITIVE_INFINITY }, 'tracked.value "Infinity" is not a finite number.'],
    [
      'tracked.value',
      { value: 1e200 },
      /^tracked\.value "1e\+200" lies beyond the largest magnitude of a value, 9007199254740991/,
    ],
    ['tracked.value', { value: -(2 ** 53) }, /lies beyond the largest magnitude/],
    ['tracked.units', { units: {} }, /name at least one unit/],
    ['tracked.units', { units: own('__proto__', 'u') }, 'tracked.units has the key "__proto__", which is not allowed.'],
    ['tracked.properties', { properties: { a: [own('__proto__', 1)] } }, /has the key "__proto__"/],
    ['tracked.units["account"]', { units: { account: '' } }, 'tracked.units["account"] "" is empty.'],
    ['tracked.properties', { properties: { price: Number.NaN } }, 'tracked.properties "NaN" is not a finite number.'],
    ['tracked.properties', { properties: nested(40) }, 'tracked.properties is nested more than 32 levels deep.'],
  ])('is refused for a wrong %s: %o', (field, overrides, message) => {
    expect(acceptTracked(overrides)).toMatchObject({
      reason: 'INVALID_ARGUMENT',
      field,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });

  it('is refused with more units than allowed', () => {
    const units = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`attribute-${index}`, 'x']));

    expect(acceptTracked({ units })).toMatchObject({ field: 'tracked.units', message: expect.stringContaining('17') });
  });

  it('is refused when it is oversized, however many fields make it so', () => {
    const properties = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`field-${index}`, index]));

    expect(acceptTracked({ properties })).toMatchObject({ reason: 'MESSAGE_TOO_LARGE', field: 'tracked' });
  });
});

function nested(depth: number): { readonly [key: string]: never } {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = { in: value };
  return value as { readonly [key: string]: never };
}

function own<V>(key: string, value: V): { readonly [key: string]: V } {
  return Object.defineProperty({}, key, { value, enumerable: true });
}
