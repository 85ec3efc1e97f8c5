import { describe, expect, it } from '@jest/globals';

import type { JsonBody } from './json-body.js';
import { readEvents, readExposures } from './read-batch.js';

const ID = '0190a000-0000-7000-8000-000000000001';
const event = { id: ID, time: '2026-05-01T12:00:00.25Z', tracked: { name: 'purchase', units: { targetingKey: 'u' } } };

const bodyOf = (value: unknown): JsonBody => ({ text: value === undefined ? '' : JSON.stringify(value), value });
const bodyOfText = (text: string): JsonBody => ({ text, value: JSON.parse(text) as unknown });

describe('the JSON form of a batch', () => {
  it('is read as the message that it stands for', () => {
    const exposure = { flag: 'f', variant: 'v', experiment: 'x', phase: 2, unit: 'u' };

    const batch = readEvents(
      bodyOf({
        events: [event, { id: ID, time: '2026-05-01T14:00:00+02:00', exposure }],
        sentAt: '2026-05-01T12:00:01Z',
      }),
    );

    expect(batch).toEqual({
      sentAt: new Date('2026-05-01T12:00:01Z'),
      events: [
        {
          id: ID,
          time: new Date('2026-05-01T12:00:00.250Z'),
          payload: {
            kind: 'tracked',
            tracked: { name: 'purchase', units: { targetingKey: 'u' }, value: undefined, properties: undefined },
          },
        },
        {
          id: ID,
          time: new Date('2026-05-01T12:00:00Z'),
          payload: { kind: 'exposure', exposure: { ...exposure, rule: '', unitAttribute: '' } },
        },
      ],
    });
  });

  it.each([
    [undefined, 'body'],
    ['text', 'body'],
    [[], 'body'],
    [{}, 'events'],
    [{ events: 'all' }, 'events'],
    [{ events: [], sentAt: 'yesterday' }, 'sentAt'],
    [{ events: [], sentAt: '2026-02-30T00:00:00Z' }, 'sentAt'],
  ])('is refused as a whole when it is %o', (body, field) => {
    expect(() => readEvents(bodyOf(body))).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', violations: [expect.objectContaining({ field })] }),
    );
  });

  it.each([
    [null, 'event'],
    [{ ...event, id: 7 }, 'id'],
    [{ ...event, time: 1_780_000_000 }, 'time'],
    [{ ...event, time: '2026-13-01T00:00:00Z' }, 'time'],
    [{ ...event, time: '2026-02-30T00:00:00Z' }, 'time'],
    [{ ...event, time: '2026-04-31T00:00:00Z' }, 'time'],
    [{ ...event, time: '2026-05-01T24:00:00Z' }, 'time'],
    [{ ...event, time: '2026-05-01T12:00:60Z' }, 'time'],
    [{ ...event, time: '2026-05-01T12:00:00' }, 'time'],
    [{ ...event, time: '2026-05-01' }, 'time'],
    [{ ...event, exposure: {} }, 'payload'],
    [{ ...event, tracked: 'purchase' }, 'tracked'],
    [{ ...event, tracked: { ...event.tracked, value: 'NaN' } }, 'tracked.value'],
    [{ ...event, tracked: { ...event.tracked, units: [] } }, 'tracked.units'],
    [{ ...event, tracked: { ...event.tracked, properties: 3 } }, 'tracked.properties'],
    [{ id: ID, time: event.time, exposure: { flag: 1 } }, 'exposure.flag'],
    [{ id: ID, time: event.time, exposure: { phase: '1' } }, 'exposure.phase'],
  ])('refuses the one event %o', (broken, field) => {
    const { events } = readEvents(bodyOf({ events: [event, broken] }));

    expect(events[0]).not.toHaveProperty('rejection');
    expect(events[1]).toMatchObject({ rejection: { reason: 'INVALID_ARGUMENT', field } });
  });
});

describe('numbers of a batch', () => {
  const batchOf = (...tracked: readonly string[]): JsonBody =>
    bodyOfText(
      `{"events":[${tracked.map((fields) => `{"id":"${ID}","time":"${event.time}","tracked":${fields}}`).join()}]}`,
    );

  it.each([
    ['{"value":9007199254740993}', 'tracked.value "9007199254740993" is a number that double precision cannot hold'],
    ['{"properties":{"order":[ 1, 12345678901234567891 ]}}', 'tracked.properties.order.1 "12345678901234567891"'],
    ['{"properties":{"a":1,"a":1e999}}', 'tracked.properties.a "1e999"'],
    ['{"value":-1e-999}', 'tracked.value "-1e-999"'],
  ])('refuse the one event that has %s', (tracked, message) => {
    const { events } = readEvents(batchOf('{"value":1}', tracked, '{"value":2}'));

    expect(events.map((one) => 'rejection' in one)).toEqual([false, true, false]);
    expect(events[1]).toMatchObject({ id: ID, rejection: { message: expect.stringContaining(message) } });
  });

  it.each(['9007199254740991', '9007199254740992', '-0', '0e5', '1e22', '0.1234567890123456789012345', '1.5E-7'])(
    'take %s, which a double holds or is nearest to',
    (number) => {
      const { events } = readEvents(batchOf(`{"properties":{"a":${number}},"name":"[9007199254740993"}`));

      expect(events[0]).toMatchObject({ payload: { tracked: { properties: { a: Number(number) } } } });
    },
  );

  it('refuse a batch that is nested too deeply to be looked through', () => {
    const deep = `{"events":[${'['.repeat(200_000)}1e1${']'.repeat(200_000)}]}`;

    expect(() => readEvents({ text: deep, value: JSON.parse(deep) as unknown })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: 'body is nested too deeply.' }),
    );
  });
});

describe('a batch of exposures', () => {
  const metadata = {
    'sortition.rule': 'half',
    'sortition.experiment': 'checkout',
    'sortition.phase': 2,
    'sortition.unitAttribute': 'account',
    'sortition.unit': 'a-1',
  };
  const exposure = { id: ID, time: '2026-05-01T12:00:00Z', flag: 'button', variant: 'green' };
  const read = (fields: object): unknown =>
    readExposures(bodyOf({ exposures: [{ ...exposure, ...fields }] })).events[0];

  it('takes what an answer over OFREP holds', () => {
    expect(read({ metadata })).toEqual({
      id: ID,
      time: new Date('2026-05-01T12:00:00Z'),
      payload: {
        kind: 'exposure',
        exposure: {
          flag: 'button',
          variant: 'green',
          rule: 'half',
          experiment: 'checkout',
          phase: 2,
          unitAttribute: 'account',
          unit: 'a-1',
        },
      },
    });
  });

  it('takes the same without metadata, and prefers what stands beside it', () => {
    expect(read({ unit: 'a-2', metadata })).toMatchObject({ payload: { exposure: { unit: 'a-2', rule: 'half' } } });
    expect(read({ unit: 'a-2' })).toMatchObject({ payload: { exposure: { unit: 'a-2', rule: '', phase: 0 } } });
  });

  it.each([
    [{ metadata: 'none' }, 'metadata'],
    [{ flag: 7 }, 'exposure.flag'],
    [{ metadata: { 'sortition.phase': 'two' } }, 'exposure.phase'],
  ])('refuses the one exposure %o', (fields, field) => {
    expect(read(fields)).toMatchObject({ id: ID, rejection: { reason: 'INVALID_ARGUMENT', field } });
  });

  it('is refused as a whole when it is no list', () => {
    expect(() => readExposures(bodyOf({ events: [] }))).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});
