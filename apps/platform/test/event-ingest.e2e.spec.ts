import { once } from 'node:events';
import { connect, type IncomingHttpHeaders } from 'node:http2';

import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { events, rpcErrorDetails, rpcStatus, SERVICES } from '@sortition/contracts';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';
import { Client } from 'pg';

import { insertApiKey, insertOrganization, openTestTenants, type TestTenants } from '../src/runtime/testing/tenants.js';
import { call, runPlatform, type RunningPlatform } from './running-platform.js';

const service = SERVICES['sortition.events.v1.EventsService'];
const { ACCEPTED, DUPLICATE, REJECTED } = events.EventStatus;
const DEADLINE_MS = 20_000;

let postgres: TestPostgres;
let databaseUrl: string;
let running: RunningPlatform;
let tenants: TestTenants;
let owner: Client;
let clientKey: string;
let adminKey: string;

beforeAll(async () => {
  postgres = await startTestPostgres();
  databaseUrl = await postgres.createDatabase();
  running = await runPlatform(databaseUrl);
  const { keys } = running.platform.starter;
  if (!keys) throw new Error('The first start showed no keys.');
  clientKey = keys.client;
  adminKey = keys.admin;
  tenants = await openTestTenants(databaseUrl);
  owner = new Client({ connectionString: databaseUrl });
  await owner.connect();
}, 120_000);

afterAll(async () => {
  await owner.end();
  await tenants.close();
  await running.stop();
  await postgres.stop();
});

let numberOfIds = 0;
const newId = (): string => {
  numberOfIds += 1;
  return `0190a000-0000-7000-8000-${numberOfIds.toString(16).padStart(12, '0')}`;
};
const tracked = (overrides: Partial<events.TrackedEvent> = {}, id = newId()): events.Event => ({
  id,
  time: new Date(),
  payload: {
    $case: 'tracked',
    value: { name: 'purchase', units: { targetingKey: 'u' }, value: 1, properties: undefined, ...overrides },
  },
});
const exposure = (id = newId()): events.Event => ({
  id,
  time: new Date(),
  payload: {
    $case: 'exposure',
    value: { flag: 'f', variant: 'on', rule: '', experiment: '', phase: 0, unitAttribute: '', unit: 'u' },
  },
});

/** The channels by which a batch can be sent; each answers with what became of its events, or with a failure. */
interface Answer {
  readonly results: readonly { readonly id: string; readonly status: events.EventStatus; readonly reason: string }[];
  readonly failure: { readonly reason: string; readonly retryAfterMs: number | undefined } | undefined;
}
type Send = (batch: readonly events.Event[], key?: string) => Promise<Answer>;

const overUnary: Send = async (batch, key = clientKey) => {
  const request = events.PublishEventsRequest.fromPartial({ events: [...batch] });
  const outcome = await call(running, service.publishEvents, request, key);
  if ('response' in outcome) return { results: outcome.response.results, failure: undefined };
  return { results: [], failure: { reason: outcome.reason, retryAfterMs: undefined } };
};

const overStream: Send = async (batch, key = clientKey) => {
  const outcome = await stream(key, [encoded(batch)]);
  if ('failure' in outcome) return { results: [], failure: outcome.failure };
  const { response } = outcome;
  const problems = new Map(response.problems.map((problem) => [problem.id, problem]));
  // What a stream does not tell apart by id, it counts.
  const goodStatus = response.acceptedCount > 0 ? ACCEPTED : DUPLICATE;
  const results = batch.map(({ id }) => problems.get(id) ?? { id, status: goodStatus, reason: '' });
  return { results, failure: undefined };
};

const STATUS_OF: Readonly<Record<string, events.EventStatus>> = {
  EVENT_STATUS_ACCEPTED: ACCEPTED,
  EVENT_STATUS_DUPLICATE: DUPLICATE,
  EVENT_STATUS_REJECTED: REJECTED,
};

const overHttp: Send = async (batch, key = clientKey) => {
  const body = JSON.stringify({ events: batch.map(jsonOf) });
  const response = await post('/v1/events', body, { authorization: `Bearer ${key}` });
  const answer = (await response.json()) as {
    readonly results?: readonly { readonly id: string; readonly status: string; readonly reason?: string }[];
    readonly error?: { readonly code: string };
  };
  const seconds = response.headers.get('retry-after');
  return {
    results: (answer.results ?? []).map((result) => ({
      id: result.id,
      status: STATUS_OF[result.status] ?? events.EventStatus.UNSPECIFIED,
      reason: result.reason ?? '',
    })),
    failure: answer.error && {
      reason: answer.error.code,
      retryAfterMs: seconds === null ? undefined : Number(seconds) * 1_000,
    },
  };
};

const CHANNELS: readonly (readonly [string, Send])[] = [
  ['a unary call', overUnary],
  ['a stream', overStream],
  ['HTTP', overHttp],
];

const encoded = (batch: readonly events.Event[]): Buffer =>
  service.publishEventStream.requestSerialize(events.PublishEventStreamRequest.fromPartial({ events: [...batch] }));

const post = (path: string, body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${running.platform.httpUrl}${path}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${clientKey}`, ...headers },
  });

function jsonOf({ id, time, payload }: events.Event): object {
  return { id, time: time?.toISOString(), ...(payload && { [payload.$case]: payload.value }) };
}

type StreamOutcome =
  | { readonly response: events.PublishEventStreamResponse }
  | { readonly failure: { readonly code: number; readonly reason: string; readonly retryAfterMs: number | undefined } };

/** Sends encoded messages over a client stream. */
async function stream(key: string, messages: readonly Buffer[]): Promise<StreamOutcome> {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${key}`);
  const { path, responseDeserialize } = service.publishEventStream;
  return new Promise((resolve) => {
    const sender = running.client.makeClientStreamRequest(
      path,
      (message: Buffer) => message,
      responseDeserialize,
      metadata,
      { deadline: Date.now() + DEADLINE_MS },
      (error, response) => {
        resolve(error ? { failure: failureOf(error) } : { response: response as events.PublishEventStreamResponse });
      },
    );
    for (const message of messages) sender.write(message);
    sender.end();
  });
}

function failureOf(error: ServiceError): { code: number; reason: string; retryAfterMs: number | undefined } {
  const [trailer] = error.metadata.get('grpc-status-details-bin');
  const details = trailer === undefined ? [] : rpcStatus.Status.decode(trailer as Buffer).details;
  const info = details.find(({ typeUrl }) => typeUrl.endsWith('google.rpc.ErrorInfo'));
  const retry = details.find(({ typeUrl }) => typeUrl.endsWith('google.rpc.RetryInfo'));
  const delay = retry && rpcErrorDetails.RetryInfo.decode(retry.value).retryDelay;
  return {
    code: error.code,
    reason: info ? rpcErrorDetails.ErrorInfo.decode(info.value).reason : '',
    retryAfterMs: delay && delay.seconds * 1_000 + delay.nanos / 1_000_000,
  };
}

/** An organization of its own with a quota, and its key. */
async function keyWithQuota(organization: string, eventsPerSecond: number): Promise<string> {
  const { credential } = await insertApiKey(
    tenants.database,
    await insertOrganization(tenants.database, organization),
    'client',
  );
  await owner.query(`UPDATE organization SET events_per_second = $2 WHERE key = $1`, [organization, eventsPerSecond]);
  return credential;
}

describe.each(CHANNELS)('bad input over %s', (_name, send) => {
  it.each<[string, () => events.Event, string]>([
    ['an id that is no UUID', () => tracked({}, 'event-1'), 'INVALID_ARGUMENT'],
    ['no payload', () => ({ id: newId(), time: new Date(), payload: undefined }), 'INVALID_ARGUMENT'],
    ['no unit', () => tracked({ units: {} }), 'INVALID_ARGUMENT'],
    ['a time years ahead', () => ({ ...tracked(), time: new Date('2099-01-01T00:00:00Z') }), 'INVALID_ARGUMENT'],
    ['a time before 2000', () => ({ ...tracked(), time: new Date('1999-01-01T00:00:00Z') }), 'INVALID_ARGUMENT'],
    ['a NUL in a unit', () => tracked({ units: { targetingKey: 'a\0b' } }), 'INVALID_ARGUMENT'],
    ['properties nested without end', () => tracked({ properties: nested(40) }), 'INVALID_ARGUMENT'],
    ['10,000 fields', () => tracked({ properties: fields(10_000) }), 'MESSAGE_TOO_LARGE'],
  ])('rejects an event with %s and keeps the good ones of its batch', async (_case, bad, reason) => {
    const badEvent = bad();
    const batch = [tracked(), badEvent, exposure()];

    const { results } = await send(batch);

    expect(results).toMatchObject([
      { status: ACCEPTED, reason: '' },
      { id: badEvent.id, status: REJECTED, reason },
      { status: ACCEPTED, reason: '' },
    ]);
  });

  it('keeps the first of events with the same id, whatever the others say', async () => {
    const id = newId();
    await send([tracked({ value: 1 }, id)]);

    const { results } = await send([tracked({ value: 2 }, id)]);

    expect(results).toMatchObject([{ id, status: DUPLICATE }]);
  });

  it('takes the same id from another tenant: ids are of an environment', async () => {
    const id = newId();
    const { credential } = await insertApiKey(
      tenants.database,
      await insertOrganization(tenants.database, `stranger-${id}`),
      'client',
    );
    await send([tracked({}, id)]);

    const { results } = await send([tracked({}, id)], credential);

    expect(results).toMatchObject([{ id, status: ACCEPTED }]);
  });

  it('refuses a key that may not send events', async () => {
    await expect(send([tracked()], adminKey)).resolves.toMatchObject({ failure: { reason: 'PERMISSION_DENIED' } });
  });

  it('refuses 1,001 events as a whole', async () => {
    const batch = Array.from({ length: 1_001 }, () => exposure());

    await expect(send(batch)).resolves.toMatchObject({ failure: { reason: 'INVALID_ARGUMENT' } });
  });

  it('refuses more than 4 MiB as a whole', async () => {
    const batch = Array.from({ length: 90 }, () => tracked({ properties: { text: 'x'.repeat(50_000) } }));

    await expect(send(batch)).resolves.toMatchObject({ failure: { reason: 'MESSAGE_TOO_LARGE' } });
  });
});

describe('an event whose text is not UTF-8', () => {
  const withBadByte = (...batch: readonly events.Event[]): Buffer => {
    const bytes = encoded(batch);
    bytes[bytes.indexOf('p~rchase') + 1] = 0xff;
    return bytes;
  };

  it('is rejected over a unary call, and the others are kept', async () => {
    const publish = { ...service.publishEvents, requestSerialize: (message: Buffer) => message };

    const outcome = await call(running, publish, withBadByte(exposure(), tracked({ name: 'p~rchase' })), clientKey);

    expect(outcome).toMatchObject({ response: { results: [{ status: ACCEPTED }, { status: REJECTED }] } });
  });

  it('is rejected over a stream, and the others are kept', async () => {
    const outcome = await stream(clientKey, [withBadByte(exposure(), tracked({ name: 'p~rchase' }))]);

    expect(outcome).toMatchObject({ response: { acceptedCount: 1, rejectedCount: 1 } });
  });
});

describe('a malformed message', () => {
  it.each([
    ['a unary call', 'publishEvents'],
    ['a stream', 'publishEventStream'],
  ] as const)('fails %s as a whole', async (_name, method) => {
    const bytes = Buffer.from([0x0a, 0xff, 0xff, 0xff]);
    const outcome =
      method === 'publishEvents'
        ? await call(running, { ...service.publishEvents, requestSerialize: () => bytes }, bytes, clientKey)
        : await stream(clientKey, [bytes]);

    expect('failure' in outcome ? outcome.failure : outcome).toMatchObject({
      code: status.INVALID_ARGUMENT,
      reason: 'INVALID_ARGUMENT',
    });
  });
});

describe('a stream', () => {
  it('takes many batches and answers once', async () => {
    const batches = Array.from({ length: 20 }, () => encoded(Array.from({ length: 100 }, () => exposure())));

    const outcome = await stream(clientKey, batches);

    expect(outcome).toMatchObject({ response: { batchCount: 20, acceptedCount: 2_000, problems: [] } });
  });

  it('may end without an event', async () => {
    await expect(stream(clientKey, [])).resolves.toMatchObject({ response: { batchCount: 0, acceptedCount: 0 } });
  });

  it('keeps the batches before the one that fails it', async () => {
    const good = exposure();

    const outcome = await stream(clientKey, [encoded([good]), Buffer.from([0x0a, 0xff, 0xff, 0xff])]);

    expect(outcome).toMatchObject({ failure: { reason: 'INVALID_ARGUMENT' } });
    await expect(overUnary([good])).resolves.toMatchObject({ results: [{ status: DUPLICATE }] });
  });

  it('holds a sender back that exceeds its quota, and refuses nothing', async () => {
    const key = await keyWithQuota('steady', 2_000);
    const batches = Array.from({ length: 6 }, () => encoded(Array.from({ length: 1_000 }, () => exposure())));

    const outcome = await stream(key, batches);

    expect(outcome).toMatchObject({ response: { batchCount: 6, acceptedCount: 6_000 } });
  });
});

describe('what ingest measures', () => {
  it('can be read by Prometheus', async () => {
    await overUnary([exposure()]);

    const metrics = await (await fetch(`${running.platform.httpUrl}/metrics`)).text();

    expect(metrics).toMatch(/^sortition_events_accepted_total\S* [1-9]/m);
    expect(metrics).toMatch(/^sortition_events_queue_capacity\S* 32000/m);
    expect(metrics).toMatch(/^sortition_events_loader_oldest_age/m);
  });
});

/** The status that a call gets whose message is never sent. */
async function statusBeforeMessage(key: string): Promise<unknown> {
  const session = connect(`http://${running.platform.grpcAddress}`);
  const { path } = service.publishEvents;
  const headers = { ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers' };
  const stream = session.request({ ...headers, ':path': path, authorization: `Bearer ${key}` });
  const [answer] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  session.destroy();
  return answer['grpc-status'];
}

describe('a key that nobody has used before', () => {
  it('is looked up before the message has arrived', async () => {
    const unknown = `${clientKey.slice(0, -1)}${clientKey.endsWith('A') ? 'B' : 'A'}`;

    await expect(statusBeforeMessage(unknown)).resolves.toBe(String(status.UNAUTHENTICATED));
  });
});

describe('a quota', () => {
  it('is refused over gRPC with RetryInfo and over HTTP with Retry-After', async () => {
    const key = await keyWithQuota('greedy', 100);
    await overUnary(
      Array.from({ length: 1_000 }, () => exposure()),
      key,
    );

    const rpc = await call(
      running,
      service.publishEvents,
      events.PublishEventsRequest.fromPartial({ events: [exposure()] }),
      key,
    );
    const http = await overHttp([exposure()], key);

    expect(rpc).toMatchObject({ code: status.RESOURCE_EXHAUSTED, reason: 'QUOTA_EXCEEDED' });
    expect(http.failure).toMatchObject({ reason: 'QUOTA_EXCEEDED' });
    expect(http.failure?.retryAfterMs).toBeGreaterThan(5_000);
    expect(http.failure?.retryAfterMs).toBeLessThanOrEqual(8_000);
  });

  it('is not even asked to read what is refused', async () => {
    const key = await keyWithQuota('unread', 100);
    await overUnary(
      Array.from({ length: 1_000 }, () => exposure()),
      key,
    );
    const malformed = Buffer.from([0x0a, 0xff, 0xff, 0xff]);

    const rpc = await call(running, { ...service.publishEvents, requestSerialize: () => malformed }, malformed, key);
    const http = await post('/v1/events', '{"events":', { authorization: `Bearer ${key}` });

    expect(rpc).toMatchObject({ reason: 'QUOTA_EXCEEDED' });
    expect(http.status).toBe(429);
  });

  it('is refused before the message has arrived', async () => {
    const key = await keyWithQuota('waiting', 100);
    await overUnary(
      Array.from({ length: 1_000 }, () => exposure()),
      key,
    );

    await expect(statusBeforeMessage(key)).resolves.toBe(String(status.RESOURCE_EXHAUSTED));
  });

  it('of one organization is not that of another', async () => {
    const key = await keyWithQuota('loud', 100);
    await overUnary(
      Array.from({ length: 1_000 }, () => exposure()),
      key,
    );

    await expect(overUnary([exposure()])).resolves.toMatchObject({ results: [{ status: ACCEPTED }] });
  });
});

function nested(depth: number): Record<string, unknown> {
  let value: Record<string, unknown> = { end: true };
  for (let level = 0; level < depth; level += 1) value = { in: value };
  return value;
}

function fields(count: number): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`field-${index}`, index]));
}
