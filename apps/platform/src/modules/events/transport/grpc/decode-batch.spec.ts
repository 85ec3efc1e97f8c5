import { describe, expect, it } from '@jest/globals';
import { events } from '@sortition/contracts';

import { decodeBatch } from './decode-batch.js';

const ID = '0190a000-0000-7000-8000-000000000001';
const SENT_AT = new Date('2026-05-01T12:00:00Z');
const tracked = (name: string, properties: Record<string, unknown> = {}): events.Event => ({
  id: ID,
  time: SENT_AT,
  payload: { $case: 'tracked', value: { name, units: { targetingKey: 'u' }, value: 1, properties } },
});
const encoded = (...batch: readonly events.Event[]): Buffer =>
  Buffer.from(events.PublishEventsRequest.encode({ events: batch, sentAt: SENT_AT }).finish());
const nested = (depth: number): Record<string, unknown> => (depth === 0 ? { end: true } : { in: nested(depth - 1) });

describe('an encoded batch', () => {
  it('is read as it was written', () => {
    expect(decodeBatch(encoded(tracked('purchase', { nested: { list: [1] } })))).toMatchObject({
      sentAt: SENT_AT,
      events: [{ id: ID, payload: { tracked: { name: 'purchase', properties: { nested: { list: [1] } } } } }],
    });
  });

  it('loses only the event whose text is not UTF-8', () => {
    const bytes = encoded(tracked('good'), tracked('b~d'), tracked('good too'));
    bytes[bytes.indexOf('b~d') + 1] = 0xff;

    const { events: read, sentAt } = decodeBatch(bytes);

    expect(sentAt).toEqual(SENT_AT);
    expect(read).toMatchObject([
      { payload: expect.stringContaining('"name":"good"') },
      { id: ID, rejection: { reason: 'INVALID_ARGUMENT', field: 'event' } },
      { payload: expect.stringContaining('"name":"good too"') },
    ]);
  });

  it('loses only the event whose properties are nested without end', () => {
    const { events: read } = decodeBatch(encoded(tracked('good'), tracked('deep', nested(200))));

    expect(read).toMatchObject([
      { id: ID, payload: {} },
      { id: ID, rejection: { field: 'event' } },
    ]);
  });

  describe('with a key that no object can hold', () => {
    /** The encoder cannot write it either. */
    const renamed = (bytes: Buffer): Buffer => {
      for (let at = bytes.indexOf('__key_a__'); at >= 0; at = bytes.indexOf('__key_a__')) bytes.write('__proto__', at);
      return bytes;
    };

    it.each([
      ['tracked.units', { units: { targetingKey: 'u', ['__key_a__']: 'v' } }],
      ['tracked.properties', { properties: { ['__key_a__']: { a: 1 } } }],
      ['tracked.properties', { properties: { list: [1, [{ inner: { ['__key_a__']: null } }]] } }],
    ])('loses only the event, for its %s', (field, overrides) => {
      const odd = tracked('odd');
      if (odd.payload?.$case === 'tracked') Object.assign(odd.payload.value, overrides);

      const { events: read } = decodeBatch(renamed(encoded(tracked('good'), odd, tracked('good too'))));

      expect(read.map((event) => 'rejection' in event)).toEqual([false, true, false]);
      expect(read[1]).toMatchObject({
        id: ID,
        rejection: { message: `${field} has the key "__proto__", which is not allowed.` },
      });
    });

    it('keeps the same as a value', () => {
      const { events: read } = decodeBatch(encoded(tracked('__proto__', { a: ['__proto__'] })));

      expect(read).toMatchObject([{ payload: { tracked: { name: '__proto__', properties: { a: ['__proto__'] } } } }]);
    });
  });

  describe('with a time that has 1,000,000,000 nanoseconds', () => {
    const time = Buffer.from([0x08, 0x80, 0xa8, 0xd6, 0xb9, 0x06, 0x10, 0x80, 0x94, 0xeb, 0xdc, 0x03]);
    const field = Buffer.concat([Buffer.from([0x12, time.length]), time]);

    it('loses only the event of that time', () => {
      const event = Buffer.concat([
        Buffer.from(events.Event.encode({ ...tracked('odd'), time: undefined }).finish()),
        field,
      ]);
      const batch = Buffer.concat([Buffer.from([0x0a, event.length]), event, encoded(tracked('good'))]);

      const { events: read } = decodeBatch(batch);

      expect(read.map((one) => 'rejection' in one)).toEqual([true, false]);
      expect(read[0]).toMatchObject({ id: ID, rejection: { field: 'time' } });
    });

    it('is refused when it was sent at that time', () => {
      expect(() => decodeBatch(field)).toThrow('sent_at');
    });
  });

  it('is refused when what is around the events cannot be read', () => {
    expect(() => decodeBatch(Buffer.from([0x0a, 0xff, 0xff, 0xff]))).toThrow();
  });
});
