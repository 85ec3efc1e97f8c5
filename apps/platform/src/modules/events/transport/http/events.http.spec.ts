import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DomainError } from '@sortition/kernel';
import fastify, { type FastifyInstance } from 'fastify';

import type { Authenticator } from '../../../../runtime/auth/authenticator.js';
import { replyWithError } from '../../../../runtime/http/http-error.js';
import { EventWriter } from '../../application/event-writer.js';
import { PublishEvents } from '../../application/publish-events.js';
import { InMemoryEventLog } from '../../testing/in-memory-event-log.js';
import { ENVIRONMENT, eventIdOf, newRecord, ORGANIZATION } from '../../testing/new-record.js';
import { EventsHttp } from './events.http.js';

const NOW = Date.UTC(2026, 4, 1, 12);

const authenticator: Authenticator = {
  authorize: async (credential, permission) => {
    const kind = credential === 'server-key' ? 'server' : 'client';
    if (!['client-key', 'server-key'].includes(credential ?? '') || permission !== 'events.write') {
      throw new DomainError('unauthenticated', 'UNKNOWN_API_KEY', 'The API key is not known.');
    }
    return {
      organizationId: ORGANIZATION,
      organization: 'acme',
      keySelector: '0123456789ab',
      kind,
      environment: { id: ENVIRONMENT, project: 'shop', environment: 'production' },
    };
  },
  authorizeCached: () => undefined,
};

describe('ingest over HTTP', () => {
  let log: InMemoryEventLog;
  let server: FastifyInstance;
  let writer: EventWriter;
  let origin: string;

  beforeEach(async () => {
    log = new InMemoryEventLog();
    server = fastify();
    server.setErrorHandler((error, _request, reply) => replyWithError(reply, error));
    const host = { httpAdapter: { getInstance: () => server } };
    writer = new EventWriter(log);
    const publish = new PublishEvents(writer, { now: () => NOW });
    // Only the instance of the adapter is read.
    const typedHost = host as unknown as ConstructorParameters<typeof EventsHttp>[0];
    new EventsHttp(typedHost, authenticator, publish).onModuleInit();
    origin = await server.listen({ port: 0, host: '127.0.0.1' });
  });

  afterEach(() => server.close());

  const post = async (
    payload: string | object | Uint8Array<ArrayBuffer>,
    headers: Readonly<Record<string, string>> = { authorization: 'Bearer client-key' },
    path = '/v1/events',
  ): Promise<{ readonly status: number; readonly retryAfter: string | null; readonly body: unknown }> => {
    const response = await fetch(`${origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof payload === 'string' || payload instanceof Uint8Array ? payload : JSON.stringify(payload),
    });
    return { status: response.status, retryAfter: response.headers.get('retry-after'), body: await response.json() };
  };
  const event = (number: number): object => ({
    id: eventIdOf(number),
    time: new Date(NOW).toISOString(),
    tracked: { name: 'purchase', units: { targetingKey: 'u' }, value: number },
  });

  it('takes a batch and answers for each event', async () => {
    const { status, body } = await post({ events: [event(1), event(1), { ...event(2), time: 'now' }] });

    expect(status).toBe(200);
    expect(body).toEqual({
      results: [
        { id: eventIdOf(1), status: 'EVENT_STATUS_ACCEPTED' },
        { id: eventIdOf(1), status: 'EVENT_STATUS_DUPLICATE' },
        {
          id: eventIdOf(2),
          status: 'EVENT_STATUS_REJECTED',
          reason: 'INVALID_ARGUMENT',
          message: 'time "now" is not a time like "2026-01-31T12:00:00.000Z".',
        },
      ],
    });
    expect(log.records).toMatchObject([{ eventId: eventIdOf(1), payload: { name: 'purchase', value: 1 } }]);
  });

  it('refuses an event for a key that no object can hold, and that event alone', async () => {
    const text = JSON.stringify({ events: [event(1), event(2)] });
    const { status, body } = await post(text.replace('"value":2', '"value":2,"properties":{"__proto__":{"a":1}}'));

    expect(status).toBe(200);
    expect(body).toMatchObject({
      results: [
        { status: 'EVENT_STATUS_ACCEPTED' },
        {
          status: 'EVENT_STATUS_REJECTED',
          message: 'tracked.properties has the key "__proto__", which is not allowed.',
        },
      ],
    });
    expect(log.records).toHaveLength(1);
  });

  it('takes what a beacon of a browser sends as text', async () => {
    const headers = { authorization: 'Bearer client-key', 'content-type': 'text/plain;charset=UTF-8' };

    await expect(post({ events: [event(1)] }, headers)).resolves.toMatchObject({
      status: 200,
      body: { results: [{ status: 'EVENT_STATUS_ACCEPTED' }] },
    });
  });

  describe('by a beacon, which carries no headers', () => {
    const beacon = (body: object): ReturnType<typeof post> =>
      post(JSON.stringify(body), { 'content-type': 'text/plain;charset=UTF-8' }, '/v1/beacon');

    it('takes the key of a client from the body', async () => {
      await expect(beacon({ apiKey: 'client-key', events: [event(1)] })).resolves.toMatchObject({
        status: 200,
        body: { results: [{ status: 'EVENT_STATUS_ACCEPTED' }] },
      });
      expect(log.records).toMatchObject([{ eventId: eventIdOf(1) }]);
    });

    it.each([
      ['an unknown key', { apiKey: 'another', events: [] }, 401, 'UNKNOWN_API_KEY'],
      ['no key', { events: [] }, 401, 'UNKNOWN_API_KEY'],
      ['the key of a server', { apiKey: 'server-key', events: [] }, 403, 'PERMISSION_DENIED'],
      ['too much', { apiKey: 'client-key', events: ['x'.repeat(64 * 1024)] }, 413, 'MESSAGE_TOO_LARGE'],
    ])('refuses %s', async (_name, body, status, code) => {
      await expect(beacon(body)).resolves.toMatchObject({ status, body: { error: { code } } });
    });
  });

  it('takes the key of a header that browsers may send', async () => {
    await expect(post({ events: [] }, { 'x-api-key': 'client-key' })).resolves.toMatchObject({ status: 200 });
  });

  it.each([
    ['an unknown key', { authorization: 'Bearer another' }, 401, 'UNKNOWN_API_KEY'],
    [
      'another type of content',
      { authorization: 'Bearer client-key', 'content-type': 'text/csv' },
      415,
      'INVALID_ARGUMENT',
    ],
  ])('refuses %s', async (_name, headers, status, code) => {
    await expect(post('{"events":[]}', headers)).resolves.toMatchObject({ status, body: { error: { code } } });
  });

  it.each([
    ['that is cut short', '{"events":', 400, 'INVALID_ARGUMENT'],
    ['that is not UTF-8', new Uint8Array(Buffer.from('{"events":["\xff"]}', 'latin1')), 400, 'INVALID_ARGUMENT'],
    ['without a list of events', '{"events":{}}', 400, 'INVALID_ARGUMENT'],
    ['with too many events', { events: Array.from({ length: 1_001 }, () => 1) }, 400, 'INVALID_ARGUMENT'],
    ['that is oversized', { events: ['x'.repeat(4 * 1024 * 1024)] }, 413, 'MESSAGE_TOO_LARGE'],
  ])('refuses a body %s', async (_name, payload, status, code) => {
    await expect(post(payload)).resolves.toMatchObject({ status, body: { error: { code } } });
    expect(log.records).toEqual([]);
  });

  describe('compressed with gzip', () => {
    const compressed = { authorization: 'Bearer client-key', 'content-encoding': 'gzip' };
    const gzip = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(gzipSync(text));

    it('takes a batch', async () => {
      await expect(post(gzip(JSON.stringify({ events: [event(1)] })), compressed)).resolves.toMatchObject({
        status: 200,
        body: { results: [{ status: 'EVENT_STATUS_ACCEPTED' }] },
      });
    });

    it('refuses a small body that becomes a large one', async () => {
      const bomb = gzip(`{"events":["${'x'.repeat(64 * 1024 * 1024)}"]}`);

      await expect(post(bomb, compressed)).resolves.toMatchObject({
        status: 413,
        body: { error: { code: 'MESSAGE_TOO_LARGE' } },
      });
      expect(bomb.length).toBeLessThan(100_000);
    });

    it.each([
      ['that is not compressed', new TextEncoder().encode('{"events":[]}')],
      ['that is cut short', gzip('{"events":[]}').subarray(0, 20)],
    ])('refuses a body %s', async (_name, body) => {
      await expect(post(body, compressed)).resolves.toMatchObject({
        status: 400,
        body: { error: { code: 'INVALID_ARGUMENT' } },
      });
    });

    it('refuses another encoding by its name', async () => {
      await expect(post('{"events":[]}', { ...compressed, 'content-encoding': 'br' })).resolves.toMatchObject({
        status: 400,
        body: { error: { violations: [{ field: 'content-encoding' }] } },
      });
    });
  });

  it('takes exposures as a client of OFREP has them', async () => {
    const exposure = { id: eventIdOf(1), time: new Date(NOW).toISOString(), flag: 'button', variant: 'green' };
    const metadata = { 'sortition.unit': 'u', 'sortition.experiment': 'x', 'sortition.phase': 1 };

    const { status, body } = await post(
      { exposures: [{ ...exposure, metadata }, exposure] },
      { authorization: 'Bearer client-key' },
      '/v1/exposures',
    );

    expect(status).toBe(200);
    expect(body).toMatchObject({
      results: [
        { status: 'EVENT_STATUS_ACCEPTED' },
        { status: 'EVENT_STATUS_REJECTED', message: 'exposure.unit "" is empty.' },
      ],
    });
    expect(log.records).toMatchObject([
      { kind: 'exposure', payload: { flag: 'button', variant: 'green', experiment: 'x', unit: 'u' } },
    ]);
  });

  it('answers 429 with a time to wait when too much is under way, before it reads the body', async () => {
    let release = (): void => undefined;
    log.beforeAppend = () => new Promise((resolve) => (release = resolve));
    const underWay = Array.from({ length: 16 }, (_, batch) =>
      writer.write(
        ORGANIZATION,
        Array.from({ length: 1_000 }, (__, index) => newRecord(batch * 1_000 + index)),
      ),
    );

    const refused = await post('{"events":');
    log.beforeAppend = () => Promise.resolve();
    release();
    await Promise.all(underWay);

    expect(refused).toMatchObject({ status: 429, retryAfter: '1', body: { error: { code: 'QUOTA_EXCEEDED' } } });
  });

  it('answers 503 when the log is away, and keeps nothing', async () => {
    log.beforeAppend = () =>
      Promise.reject(new DomainError('unavailable', 'DATABASE_UNAVAILABLE', 'The database is away.'));

    await expect(post({ events: [event(1)] })).resolves.toMatchObject({
      status: 503,
      body: { error: { code: 'DATABASE_UNAVAILABLE' } },
    });
    expect(log.records).toEqual([]);
  });
});
