import { connect } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICES } from '@sortition/contracts';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';

import { call } from './running-platform.js';
import { runShop, type RunningShop } from './running-shop.js';

const ORIGIN = 'https://shop.example';
/** Everything that only servers, admins or another environment may see. */
const SECRETS = [
  'secret-rule',
  'secret-segment',
  'secret-domain',
  'secret-value',
  'secret-salt',
  'secret-description',
  'swedes',
  'shop/development',
];

let postgres: TestPostgres;
let shop: RunningShop;

beforeAll(async () => {
  postgres = await startTestPostgres();
  shop = await runShop(await postgres.createDatabase(), { allowedOrigins: [ORIGIN] });
});

afterAll(async () => {
  await shop.running.stop();
  await postgres.stop();
});

interface Evaluation {
  readonly key: string;
  readonly value?: unknown;
  readonly reason?: string;
}

async function post(path: string, key: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${shop.httpUrl}/ofrep/v1/evaluate/flags${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-API-Key': key, ...headers },
    body: '{"context":{"targetingKey":"user-1","country":"SE"}}',
  });
}

async function valuesWith(key: string): Promise<Record<string, unknown>> {
  const { flags } = (await (await post('', key)).json()) as { flags: readonly Evaluation[] };
  return Object.fromEntries(flags.map((flag) => [flag.key, flag.value]));
}

describe('OFREP of a running platform', () => {
  it('answers each key from its own environment', async () => {
    const production = await valuesWith(shop.keys.client);
    const development = await valuesWith(shop.developmentClient);

    expect(production).toMatchObject({ banner: true, greeting: 'Hi', theme: { background: 'black' } });
    expect(development).toMatchObject({ banner: false, greeting: 'Hi' });
    expect(development).toMatchObject({ split: undefined, theme: undefined });
  });

  it('shows a client key no rule, no segment, no hidden flag and no other environment, whatever it asks', async () => {
    const key = shop.keys.client;
    const authorized = { headers: { 'X-API-Key': key } };
    const answers = await Promise.all([
      post('', key),
      ...['banner', 'greeting', 'limit', 'split', 'no-flag', '__proto__'].map((flag) => post(`/${flag}`, key)),
      post('?environment=development&flagConfigEtag=9-00000000', key, { 'X-Environment': 'development' }),
      fetch(`${shop.httpUrl}/ofrep/v1/configuration`, authorized),
      fetch(`${shop.httpUrl}/ofrep/v1/evaluate/flags`, authorized),
      fetch(`${shop.httpUrl}/openfeature/v0/manifest`, authorized),
    ]);

    const shown = (await Promise.all(answers.map((answer) => answer.text()))).join('\n');

    for (const secret of SECRETS) expect(shown).not.toContain(secret);
    expect((await post('/limit', key)).status).toBe(404);
  });

  it('gives a client key nothing over gRPC but evaluations', async () => {
    const { getSnapshot, watchSnapshot } = SERVICES['sortition.assignment.v1.SnapshotService'];
    const { explain } = SERVICES['sortition.assignment.v1.AssignmentService'];
    const { exportDeclaration } = SERVICES['sortition.admin.v1.DeclarationService'];
    const question = { flag: 'greeting', context: {}, environment: '', time: undefined };
    const key = shop.keys.client;

    const outcomes = [
      await call(shop.running, getSnapshot, { contentHash: '' }, key),
      await call(shop.running, watchSnapshot, { fromRevision: 0, contentHash: '' }, key),
      await call(shop.running, explain, question, key),
      await call(shop.running, exportDeclaration, { parent: 'projects/shop' }, key),
    ];

    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: 'PERMISSION_DENIED' });
  });

  it.each([
    ['a path that is not percent-encoded', '/%zz'],
    ['a path that is not UTF-8', '/%ff'],
  ])('answers 400 in the form of the protocol for %s', async (_name, path) => {
    const answer = await post(path, shop.keys.server);

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errorCode: 'PARSE_ERROR', errorDetails: expect.any(String) });
  });

  it.each([
    ['another method', 'GET', '/evaluate/flags/banner'],
    ['another method of the event stream', 'POST', '/event-stream'],
    ['another path', 'GET', '/configuration'],
  ])('answers 404 in the form of the protocol for %s', async (_name, method, path) => {
    const answer = await fetch(`${shop.httpUrl}/ofrep/v1${path}`, { method });

    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({
      errorCode: 'GENERAL',
      errorDetails: `There is nothing at ${method} /ofrep/v1${path}.`,
    });
  });

  it('survives a request that stops in the middle of its body', async () => {
    const { hostname, port } = new URL(shop.httpUrl);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    const head = `POST /ofrep/v1/evaluate/flags HTTP/1.1\r\nHost: x\r\nX-API-Key: ${shop.keys.server}\r\n`;
    socket.write(`${head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"context":`);
    await new Promise((resolve) => socket.write('{', resolve));
    socket.destroy();

    expect((await post('/banner', shop.keys.server)).status).toBe(200);
  });
});

describe('OFREP from a browser', () => {
  const preflight = (path: string, origin: string): Promise<Response> =>
    fetch(`${shop.httpUrl}${path}`, {
      method: 'OPTIONS',
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization,content-type,if-none-match',
      },
    });

  it.each(['/ofrep/v1/evaluate/flags', '/ofrep/v1/evaluate/flags/banner', '/v1/events'])(
    'lets an allowed origin send its requests to %s',
    async (path) => {
      const { status, headers } = await preflight(path, ORIGIN);

      expect(status).toBe(204);
      expect(headers.get('Access-Control-Allow-Origin')).toBe(ORIGIN);
      expect(headers.get('Access-Control-Allow-Methods')).toContain('POST');
      const allowed = headers.get('Access-Control-Allow-Headers')?.toLowerCase().split(/, */);
      expect(allowed).toEqual(
        expect.arrayContaining([
          ...['authorization', 'content-type', 'if-none-match', 'x-api-key', 'last-event-id'],
          ...['sortition-if-none-match', 'sortition-flag-config-etag'],
        ]),
      );
    },
  );

  it('lets it read the entity tag and the time to come again, also of refusals', async () => {
    const answers = [await post('', shop.keys.client, { Origin: ORIGIN }), await post('', 'wrong', { Origin: ORIGIN })];

    expect(answers.map(({ status }) => status)).toEqual([200, 401]);
    for (const { headers } of answers) {
      expect(headers.get('Access-Control-Allow-Origin')).toBe(ORIGIN);
      // Those of Connect and gRPC-Web come behind them.
      expect(headers.get('Access-Control-Expose-Headers')).toMatch(/^ETag, Retry-After(,|$)/);
      expect(headers.get('Vary')).toContain('Origin');
    }
  });

  it('allows no other origin anything', async () => {
    const other = 'https://evil.example';

    const answers = [
      await preflight('/ofrep/v1/evaluate/flags', other),
      await post('', shop.keys.client, { Origin: other }),
    ];

    for (const { headers } of answers) expect(headers.get('Access-Control-Allow-Origin')).not.toBe(other);
  });

  it('opens the event stream for an allowed origin', async () => {
    const bulk = (await (await post('', shop.keys.client)).json()) as {
      eventStreams: readonly { endpoint: { requestUri: string } }[];
    };
    const abort = new AbortController();

    const { status, headers } = await fetch(`${shop.httpUrl}${bulk.eventStreams[0]?.endpoint.requestUri ?? ''}`, {
      headers: { Origin: ORIGIN, Accept: 'text/event-stream' },
      signal: abort.signal,
    });
    abort.abort();

    expect(status).toBe(200);
    expect(headers.get('Access-Control-Allow-Origin')).toBe(ORIGIN);
  });
});
