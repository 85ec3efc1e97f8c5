import { Buffer } from 'node:buffer';

import { describe, expect, it } from '@jest/globals';
import { events } from '@sortition/contracts';
import fc from 'fast-check';

import { acceptEvent, acceptTranscribed } from '../../domain/accepted-event.js';
import type { EventDraft } from '../../domain/event-draft.js';
import { EventTranscriber } from './transcribe-event.js';

const RECEIVED = Date.UTC(2026, 4, 1, 12);
const ID = '0190a000-0000-7000-8000-000000000001';
const TIME = new Date('2026-05-01T11:59:59.999Z');
const transcriber = new EventTranscriber();

const encoded = (event: events.Event): Buffer => Buffer.from(events.Event.encode(event).finish());
const transcribed = (event: events.Event): ReturnType<EventTranscriber['transcribe']> => {
  // Between other bytes, as in a batch.
  const bytes = Buffer.concat([Buffer.alloc(3, 0xff), encoded(event), Buffer.alloc(3, 0xff)]);
  return transcriber.transcribe(bytes, 3, bytes.length - 3);
};
const draftOf = (event: events.Event): EventDraft => {
  const { id, time, payload } = events.Event.decode(encoded(event));
  if (payload?.$case === 'exposure') return { id, time, payload: { kind: 'exposure', exposure: payload.value } };
  if (!payload) return { id, time, payload };
  const { name, units, value, properties } = payload.value;
  return { id, time, payload: { kind: 'tracked', tracked: { name, units, value, properties } } };
};

const exposure: events.Exposure = {
  flag: 'button',
  variant: 'green',
  rule: 'everyone',
  experiment: 'green-button',
  phase: 1,
  unitAttribute: 'user.id',
  unit: 'user-1',
};
const tracked: events.TrackedEvent = {
  name: 'purchase',
  units: { targetingKey: 'user-1', device: 'device-1' },
  value: 9.5,
  properties: { currency: 'EUR', first: true, count: 3, coupon: null },
};
const exposureEvent = (overrides: Partial<events.Exposure> = {}): events.Event => ({
  id: ID,
  time: TIME,
  payload: { $case: 'exposure', value: { ...exposure, ...overrides } },
});
const trackedEvent = (overrides: Partial<events.TrackedEvent> = {}): events.Event => ({
  id: ID,
  time: TIME,
  payload: { $case: 'tracked', value: { ...tracked, ...overrides } },
});

/** Texts of which some are plain, some need an escape, some are not ASCII, and some are too long. */
const text = fc.oneof(
  { weight: 100, arbitrary: fc.stringMatching(/^[a-zA-Z][ !#-Z^-~]{0,8}$/) },
  fc.string({ maxLength: 4, unit: 'grapheme-ascii' }),
  fc.string({ maxLength: 4, unit: 'binary' }),
  fc.integer({ min: 254, max: 258 }).map((length) => 'x'.repeat(length)),
  fc.constantFrom('', '__proto__', '0', 'constructor', '"', '\\', '\u007f', '\0'),
);
const finite = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.constantFrom(-0, 1e21));
const number = fc.oneof({ weight: 20, arbitrary: finite }, fc.constantFrom(Number.NaN, Infinity));
const flat = fc.oneof(number, text, fc.boolean(), fc.constant(null));
const json = fc.oneof({ weight: 20, arbitrary: flat }, fc.array(flat), fc.dictionary(text, flat));
const dictionary = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  fc.dictionary(text, value, { maxKeys: 20, noNullPrototype: true });
const phase = fc.oneof(
  { weight: 10, arbitrary: fc.integer({ min: 0, max: 2 }) },
  fc.integer({ min: -2_147_483_648, max: 2_147_483_647 }),
);
const exposures = fc.record({
  flag: text,
  variant: text,
  rule: text,
  experiment: text,
  phase,
  unitAttribute: text,
  unit: text,
});
const trackedEvents = fc.record({
  name: text,
  units: dictionary(text),
  value: fc.option(number, { nil: undefined }),
  properties: fc.option(dictionary(json), { nil: undefined }),
});
const arbitraryEvent: fc.Arbitrary<events.Event> = fc.record({
  id: fc.oneof(
    { weight: 20, arbitrary: fc.uuid() },
    fc.uuid().map((id) => id.toUpperCase()),
    text,
  ),
  time: fc.oneof(
    {
      weight: 20,
      arbitrary: fc.date({ noInvalidDate: true, min: new Date('1995-01-01'), max: new Date('2030-01-01') }),
    },
    fc.date({ noInvalidDate: true }),
    fc.constant(undefined),
  ),
  payload: fc.oneof(
    exposures.map((value) => ({ $case: 'exposure' as const, value })),
    trackedEvents.map((value) => ({ $case: 'tracked' as const, value })),
  ),
});

describe('a transcribed event', () => {
  it('is stored as it is when it is decoded and checked', () => {
    const count = { plain: 0 };
    fc.assert(
      fc.property(arbitraryEvent, (event) => {
        const plain = transcribed(event);
        if (!plain) return;
        count.plain += 1;
        expect(acceptTranscribed(plain, 5, RECEIVED)).toEqual(acceptEvent(draftOf(event), 5, RECEIVED));
      }),
      { numRuns: 3_000 },
    );
    // Else the property would say nothing.
    expect(count.plain).toBeGreaterThan(500);
  });

  it.each([
    ['exposure', exposureEvent()],
    ['exposure without an experiment', exposureEvent({ experiment: '', phase: 0, rule: '', unitAttribute: '' })],
    ['tracked event', trackedEvent()],
    ['tracked event without value and properties', trackedEvent({ value: undefined, properties: undefined })],
    ['tracked event of the value 0', trackedEvent({ value: 0 })],
  ])('may be an %s', (_kind, event) => {
    expect(transcribed(event)).toMatchObject({
      id: ID,
      sentMs: TIME.getTime(),
      payload: (acceptEvent(draftOf(event), 0, RECEIVED) as { payload: string }).payload,
    });
  });

  it.each([
    ['without id', { ...exposureEvent(), id: '' }],
    ['whose id is in capitals', { ...exposureEvent(), id: ID.toUpperCase().replace('0190A', '0190B') }],
    ['without time', { ...exposureEvent(), time: undefined }],
    ['before 1970', { ...exposureEvent(), time: new Date(-1) }],
    ['without payload', { ...exposureEvent(), payload: undefined }],
    ['without flag', exposureEvent({ flag: '' })],
    ['of a phase without experiment', exposureEvent({ experiment: '' })],
    ['of a negative phase', exposureEvent({ phase: -1 })],
    ['with a quote', exposureEvent({ unit: 'a"b' })],
    ['with a backslash', exposureEvent({ unit: 'a\\b' })],
    ['with a control character', exposureEvent({ unit: 'a\nb' })],
    ['in another script', exposureEvent({ unit: 'käufer' })],
    ['with a long text', exposureEvent({ unit: 'u'.repeat(257) })],
    ['without units', trackedEvent({ units: {} })],
    ['with an empty unit', trackedEvent({ units: { targetingKey: '' } })],
    ['whose value is no finite number', trackedEvent({ value: Number.NaN })],
    ['whose value is too large', trackedEvent({ value: 2 ** 53 })],
    ['with nested properties', trackedEvent({ properties: { nested: { a: 1 } } })],
    ['with a list in its properties', trackedEvent({ properties: { list: [1] } })],
    ['with many properties', trackedEvent({ properties: Object.fromEntries(numbered(17)) })],
    ['with a number for a name', trackedEvent({ properties: { 1: 'a' } })],
  ])('is none %s', (_what, event) => {
    expect(transcribed(event)).toBeUndefined();
  });

  it.each([
    ['an unknown field', Buffer.from([0x2a, 0x01, 0x61])],
    ['its id twice', Buffer.concat([Buffer.from([0x0a, 36]), Buffer.from(ID)])],
    ['a second payload', encoded({ ...trackedEvent(), id: '', time: undefined })],
    ['half a field', Buffer.from([0x0a, 0x05, 0x61])],
  ])('is none with %s', (_what, more) => {
    const bytes = Buffer.concat([encoded(exposureEvent()), more]);

    expect(transcriber.transcribe(bytes, 0, bytes.length)).toBeUndefined();
  });

  it('is none with a fraction of more than a second', () => {
    const time = Buffer.from([0x08, 0x80, 0xa8, 0xd6, 0xb9, 0x06, 0x10, 0x80, 0x94, 0xeb, 0xdc, 0x03]);
    const event = encoded({ ...exposureEvent(), time: undefined });
    const bytes = Buffer.concat([event, Buffer.from([0x12, time.length]), time]);

    expect(transcriber.transcribe(bytes, 0, bytes.length)).toBeUndefined();
  });

  it('is none with a property that comes twice', () => {
    const twice = encoded(trackedEvent({ units: { a: 'x' }, properties: { aa: 1, ab: 2 } }));
    twice[twice.indexOf('ab') + 1] = 'a'.charCodeAt(0);

    expect(transcriber.transcribe(twice, 0, twice.length)).toBeUndefined();
  });

  it('never reads beyond an event that is cut short', () => {
    const bytes = encoded(trackedEvent());
    for (let length = 0; length < bytes.length; length += 1) {
      expect(transcriber.transcribe(bytes, 0, length)).toBeUndefined();
    }
  });
});

function numbered(count: number): readonly (readonly [string, number])[] {
  return Array.from({ length: count }, (_, index) => [`property${index}`, index] as const);
}
