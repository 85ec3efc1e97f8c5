import {
  create,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  type DescService,
  toJson,
} from '@bufbuild/protobuf';
import { Code, ConnectError, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { type MethodDefinition, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FlagdWebProvider } from '@openfeature/flagd-web-provider';
import { OpenFeature, ProviderEvents } from '@openfeature/web-sdk';
import { rpcErrorDetails, SERVICES } from '@sortition/contracts';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';
import { Client } from 'pg';

import { rpcDescriptors } from '../src/runtime/grpc/rpc-descriptors.js';
import { call, type Outcome } from './running-platform.js';
import { runShop, type RunningShop } from './running-shop.js';
import { SHOP_DECLARATION } from './shop-declaration.js';

const RESOLVE = '/sortition.assignment.v1.AssignmentService/Resolve';
const UNARY = Object.values(SERVICES)
  .flatMap((service) => Object.values(service) as unknown as MethodDefinition<object, object>[])
  .filter(({ requestStream, responseStream }) => !requestStream && !responseStream);

let postgres: TestPostgres;
let databaseUrl: string;
let shop: RunningShop;

beforeAll(async () => {
  postgres = await startTestPostgres();
  databaseUrl = await postgres.createDatabase();
  shop = await runShop(databaseUrl);
});

afterAll(async () => {
  await shop.running.stop();
  await postgres.stop();
});

interface ConnectFailure {
  readonly code: string;
  readonly message?: string;
  readonly details?: readonly { readonly type: string; readonly value: string }[];
}

const post = (path: string, body: object, key?: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${shop.httpUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }), ...headers },
    body: JSON.stringify(body),
  });

/** What a failure says, as the helper for gRPC tells it. */
const outcomeOf = ({ code, message = '', details = [] }: ConnectFailure): Outcome<never> => {
  const valueOf = (name: string): Buffer | undefined => {
    const detail = details.find(({ type }) => type === `google.rpc.${name}`);
    return detail && Buffer.from(detail.value, 'base64');
  };
  const [info, bad] = [valueOf('ErrorInfo'), valueOf('BadRequest')];
  return {
    code: Code[code.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase()) as keyof typeof Code],
    message,
    reason: info ? rpcErrorDetails.ErrorInfo.decode(info).reason : '',
    fields: bad ? rpcErrorDetails.BadRequest.decode(bad).fieldViolations.map(({ field }) => field) : [],
  };
};

describe('the Connect protocol', () => {
  it('answers JSON with the decision that gRPC gives', async () => {
    const answer = await post(RESOLVE, { flag: 'greeting', context: { country: 'SE' } }, shop.keys.server);

    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      decision: { flag: 'greeting', value: 'Hi', variant: 'casual', reason: 'REASON_TARGETING_MATCH' },
    });
  });

  it.each(UNARY.map((method) => [method.path, method] as const))(
    'answers %s as gRPC does, whoever calls',
    async (path, method) => {
      for (const key of [undefined, shop.keys.client, shop.keys.server, shop.keys.admin]) {
        const overGrpc = await call(shop.running, method, method.requestDeserialize(Buffer.alloc(0)), key);
        const answer = await post(path, {}, key);
        const body: unknown = await answer.json();

        if ('response' in overGrpc) expect(answer.status).toBe(200);
        else expect(outcomeOf(body as ConnectFailure)).toEqual(overGrpc);
      }
    },
  );

  it('keeps the details of an error: its stable code and the fields at fault', async () => {
    const flag = { type: 'FLAG_TYPE_NUMBER', variants: [{ key: 'one', value: 'not a number' }] };

    const answer = await post(
      '/sortition.admin.v1.FlagService/CreateFlag',
      { parent: 'projects/shop', flagId: 'wrong', flag },
      shop.keys.admin,
    );

    expect(answer.status).toBe(400);
    expect(outcomeOf((await answer.json()) as ConnectFailure)).toMatchObject({
      code: status.INVALID_ARGUMENT,
      reason: expect.stringMatching(/^[A-Z_]+$/),
      fields: expect.arrayContaining([expect.stringContaining('variants')]),
    });
  });

  it('takes the key in X-API-Key as well', async () => {
    const answer = await post(RESOLVE, { flag: 'banner' }, undefined, { 'x-api-key': shop.keys.client });

    expect(answer.status).toBe(200);
  });

  it("gives up at the caller's deadline", async () => {
    const holder = new Client({ connectionString: databaseUrl });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE project IN ACCESS EXCLUSIVE MODE');

    const answer = await post('/sortition.admin.v1.ProjectService/ListProjects', {}, shop.keys.admin, {
      'connect-timeout-ms': '300',
    });
    await holder.query('ROLLBACK');
    await holder.end();

    expect(answer.status).toBe(504);
    expect(await answer.json()).toMatchObject({ code: 'deadline_exceeded' });
  });

  it('refuses a message that is too large as gRPC does', async () => {
    const answer = await post(RESOLVE, { flag: 'x'.repeat(5 * 1024 * 1024) }, shop.keys.server);

    expect(outcomeOf((await answer.json()) as ConnectFailure)).toMatchObject({ reason: 'MESSAGE_TOO_LARGE' });
  });

  it('names what JSON it does not understand', async () => {
    const answer = await post(RESOLVE, { flag: 7 }, shop.keys.server);

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'invalid_argument', message: expect.stringContaining('flag') });
  });

  it('serves the document that describes it', async () => {
    const answer = await fetch(`${shop.httpUrl}/openapi.json`);

    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ openapi: '3.1.1', paths: { [RESOLVE]: { post: {} } } });
  });
});

describe('binary messages', () => {
  const service = (name: string): DescService => {
    const [found] = rpcDescriptors((each) => each === name);
    if (!found) throw new Error(`There is no service ${name}.`);
    return found;
  };
  const transports: readonly (readonly [string, () => Transport])[] = [
    ['Connect', () => createConnectTransport({ baseUrl: shop.httpUrl, httpVersion: '1.1', useBinaryFormat: true })],
    ['gRPC-Web', () => createGrpcWebTransport({ baseUrl: shop.httpUrl, httpVersion: '1.1' })],
  ];

  it.each(transports)('over %s get the same answers, errors and streams', async (_name, transportOf) => {
    const transport = transportOf();
    const header = { authorization: `Bearer ${shop.keys.server}` };
    const resolve = service('sortition.assignment.v1.AssignmentService').method['resolve'] as DescMethodUnary;
    const ask = (flag: string): ReturnType<Transport['unary']> =>
      transport.unary(resolve, undefined, 5_000, header, create(resolve.input, { flag }));

    const { message } = await ask('banner');
    const failure = await ask('no-such-flag').catch((error: unknown) => error);

    expect(toJson(resolve.output, message)).toMatchObject({ decision: { value: true, variant: 'on' } });
    expect(failure).toBeInstanceOf(ConnectError);
    const { code, details } = failure as ConnectError;
    expect(code).toBe(Code.NotFound);
    expect(details.map((detail) => ('type' in detail ? detail.type : ''))).toContain('google.rpc.ErrorInfo');

    const events = service('flagd.evaluation.v2.Service').method['eventStream'] as DescMethodServerStreaming;
    const leaving = new AbortController();
    const stream = await transport.stream(events, leaving.signal, undefined, header, once(create(events.input)));
    for await (const event of stream.message) {
      expect(toJson(events.output, event)).toMatchObject({ type: 'provider_ready' });
      break;
    }
    leaving.abort();
  });
});

describe("flagd's provider for the web", () => {
  it('reads flags and follows changes', async () => {
    const { hostname, port } = new URL(shop.httpUrl);
    const provider = new FlagdWebProvider({
      host: hostname,
      port: Number(port),
      tls: false,
      // Or it would look for its platform for as long as the process lives.
      maxRetries: -1,
      interceptors: [
        (next) => (request) => {
          request.header.set('authorization', `Bearer ${shop.keys.client}`);
          return next(request);
        },
      ],
    });
    await OpenFeature.setContext({ targetingKey: 'user-1', country: 'SE' });
    await OpenFeature.setProviderAndWait(provider);
    const client = OpenFeature.getClient();

    expect(client.getBooleanDetails('banner', false)).toMatchObject({ value: true, variant: 'on' });
    expect(client.getStringDetails('greeting', 'default')).toMatchObject({ value: 'Hi', variant: 'casual' });
    // Flags for servers do not exist for a public key.
    expect(client.getNumberDetails('limit', 7)).toMatchObject({ value: 7, errorCode: 'FLAG_NOT_FOUND' });

    const changed = new Promise((resolve) => client.addHandler(ProviderEvents.ConfigurationChanged, resolve));
    const [banner, ...rest] = SHOP_DECLARATION.flags;
    const environments = {
      production: { enabled: true, defaultVariant: 'off', offVariant: 'off' },
      development: { enabled: true, defaultVariant: 'off', offVariant: 'off' },
    };
    await shop.declare({ ...SHOP_DECLARATION, flags: [{ ...banner, environments }, ...rest] });
    await changed;

    expect(client.getBooleanDetails('banner', true)).toMatchObject({ value: false, variant: 'off' });
    await OpenFeature.close();
  });
});

async function* once<T>(message: T): AsyncGenerator<T> {
  yield message;
}
