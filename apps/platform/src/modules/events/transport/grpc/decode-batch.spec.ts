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

  it('is refused when what is around the events cannot be read', () => {
    expect(() => decodeBatch(Buffer.from([0x0a, 0xff, 0xff, 0xff]))).toThrow();
  });
});
