import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';

import { runShop, type RunningShop } from './running-shop.js';

/** Where an admin key reads and writes: the provider URL of the command. */
const PRODUCTION = '/projects/shop/environments/production';

let postgres: TestPostgres;
let shop: RunningShop;

beforeAll(async () => {
  postgres = await startTestPostgres();
  shop = await runShop(await postgres.createDatabase());
});

afterAll(async () => {
  await shop.running.stop();
  await postgres.stop();
});

interface Flag {
  readonly key: string;
  readonly type: string;
  readonly defaultValue: unknown;
  readonly description?: string;
}

interface Answer {
  readonly status: number;
  readonly capabilities: string | null;
  readonly body: unknown;
}

async function send(method: string, path: string, key: string | undefined, body?: unknown): Promise<Answer> {
  const response = await fetch(`${shop.httpUrl}${path}`, {
    method,
    headers: {
      Accept: 'application/json',
      ...(key !== undefined && { Authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  expect(response.headers.get('Content-Type')).toContain('application/json');
  return {
    status: response.status,
    capabilities: response.headers.get('X-Manifest-Capabilities'),
    body: await response.json(),
  };
}

async function pull(base: string, key: string): Promise<readonly Flag[]> {
  const { status, body } = await send('GET', `${base}/openfeature/v0/manifest`, key);
  expect(status).toBe(200);
  return (body as { flags: readonly Flag[] }).flags;
}

const flagsAt = (base: string): string => `${base}/openfeature/v0/manifest/flags`;
const create = (flag: object, key = shop.keys.admin): Promise<Answer> => send('POST', flagsAt(PRODUCTION), key, flag);
const update = (key: string, flag: object): Promise<Answer> =>
  send('PUT', `${flagsAt(PRODUCTION)}/${key}`, shop.keys.admin, flag);

async function evaluate(flag: string): Promise<unknown> {
  const { body } = await send('POST', `/ofrep/v1/evaluate/flags/${flag}`, shop.keys.server, { context: {} });
  return body;
}

describe('pulling a manifest', () => {
  it('gives a server key every flag of its project, with the value that is served while the flag is off', async () => {
    const flags = await pull('', shop.keys.server);

    expect(flags).toEqual(
      expect.arrayContaining([
        {
          key: 'banner',
          name: 'banner',
          type: 'boolean',
          description: 'Shows the secret-description banner.',
          defaultValue: false,
        },
        { key: 'greeting', name: 'greeting', type: 'string', defaultValue: 'Good day' },
        { key: 'limit', name: 'limit', type: 'float', defaultValue: 0 },
        {
          key: 'theme',
          name: 'theme',
          type: 'object',
          defaultValue: { background: 'black', accents: ['red', 'blue'] },
        },
        { key: 'disabled', name: 'disabled', type: 'boolean', defaultValue: false },
      ]),
    );
  });

  it('gives a client key the flags that clients may see, without what was written for the team', async () => {
    const flags = await pull('', shop.keys.client);

    expect(flags.map(({ key }) => key)).toEqual(['banner', 'disabled', 'greeting', 'split', 'theme']);
    expect(flags.some(({ description }) => description !== undefined)).toBe(false);
  });

  it('answers from the environment of the key', async () => {
    const greeting = (flags: readonly Flag[]): unknown => flags.find(({ key }) => key === 'greeting')?.defaultValue;

    expect(greeting(await pull('', shop.developmentClient))).toBe('Hi');
    expect(greeting(await pull('/projects/shop/environments/development', shop.keys.admin))).toBe('Hi');
    expect(greeting(await pull(PRODUCTION, shop.keys.admin))).toBe('Good day');
  });

  it('says what a key may do', async () => {
    const read = await send('GET', '/openfeature/v0/manifest', shop.keys.server);
    const write = await send('GET', `${PRODUCTION}/openfeature/v0/manifest`, shop.keys.admin);

    expect([read.capabilities, write.capabilities]).toEqual(['read', 'read,write,delete']);
  });

  it.each([
    ['without a key', '', () => undefined, 401],
    ['with an unknown key', '', () => 'wrong', 401],
    ['with an admin key that names no environment', '', () => shop.keys.admin, 403],
    ['with a client key of another environment', PRODUCTION, () => shop.developmentClient, 403],
    ['with a server key where admin keys read', PRODUCTION, () => shop.keys.server, 403],
    ['of no environment', '/projects/shop/environments/nowhere', () => shop.keys.admin, 404],
    ['of no project', '/projects/nothing/environments/production', () => shop.keys.admin, 404],
  ])('is refused %s', async (_case, base, key, status) => {
    const answer = await send('GET', `${base}/openfeature/v0/manifest`, key());

    expect(answer).toMatchObject({ status, body: { error: { status, message: expect.any(String) } } });
  });
});

describe('pushing a manifest', () => {
  // As the command sends them: null for what it does not know.
  it.each([
    ['boolean', true, 'boolean'],
    ['boolean', false, 'boolean'],
    ['string', 'hello', 'string'],
    ['string', '', 'string'],
    ['integer', 42, 'integer'],
    ['float', 2.5, 'float'],
    ['float', 2, 'float'],
    ['object', { colour: 'red', sizes: [1, 2] }, 'object'],
  ])(
    'creates a flag of type %s with the default %j that is off and serves it',
    async (type, defaultValue, typeRead) => {
      const key = `pushed-${type}-${String(JSON.stringify(defaultValue).length)}`;

      const created = await create({ key, type, description: null, defaultValue });

      expect(created).toMatchObject({
        status: 201,
        capabilities: 'read,write,delete',
        body: { flag: { key, type: typeRead, defaultValue }, updatedAt: expect.stringMatching(/^\d{4}-.*Z$/) },
      });
      expect(await pull('', shop.keys.server)).toContainEqual({ key, name: key, type: typeRead, defaultValue });
      let evaluation = await evaluate(key);
      while ((evaluation as { errorCode?: string }).errorCode === 'FLAG_NOT_FOUND') evaluation = await evaluate(key);
      expect(evaluation).toMatchObject({ reason: 'DEFAULT', value: defaultValue });
    },
  );

  it('changes description and default value, and changes nothing when sent again', async () => {
    await create({ key: 'changing', type: 'string', defaultValue: 'one' });
    const wanted = { key: 'changing', type: 'string', description: 'Two.', defaultValue: 'two' };

    const first = await update('changing', wanted);
    const again = await update('changing', wanted);

    expect(first).toMatchObject({ status: 200, body: { flag: { description: 'Two.', defaultValue: 'two' } } });
    expect(again).toEqual(first);
    expect(await pull('', shop.keys.server)).toContainEqual({ ...wanted, name: 'changing' });
    const elsewhere = await pull('', shop.developmentClient);
    expect(elsewhere.some(({ key }) => key === 'changing')).toBe(false);
  });

  it('stays a float whatever its values', async () => {
    await create({ key: 'ratio', type: 'float', defaultValue: 2 });
    await update('ratio', { key: 'ratio', type: 'float', defaultValue: 0.5 });

    const whole = await update('ratio', { key: 'ratio', type: 'float', defaultValue: 2 });

    expect(whole).toMatchObject({ status: 200, body: { flag: { type: 'float', defaultValue: 2 } } });
  });

  it('leaves the rules of a flag alone', async () => {
    await update('greeting', { key: 'greeting', type: 'string', defaultValue: 'Hello' });

    expect(await pull(PRODUCTION, shop.keys.admin)).toContainEqual(
      expect.objectContaining({ key: 'greeting', defaultValue: 'Hello' }),
    );
    const { body } = await send('POST', '/ofrep/v1/evaluate/flags/greeting', shop.keys.server, {
      context: { country: 'SE' },
    });
    expect(body).toMatchObject({ value: 'Hi', reason: 'TARGETING_MATCH' });
  });

  it('deletes a flag', async () => {
    await create({ key: 'short-lived', type: 'boolean', defaultValue: false });
    const path = `${flagsAt(PRODUCTION)}/short-lived`;

    const deleted = await send('DELETE', path, shop.keys.admin);
    const missing = await send('DELETE', path, shop.keys.admin);

    expect(deleted).toMatchObject({
      status: 200,
      body: { message: expect.stringContaining('short-lived'), archivedAt: null },
    });
    expect(missing).toMatchObject({ status: 404, body: { error: { status: 404 } } });
  });

  it.each([
    ['a flag that exists', 'POST', '', { key: 'banner', type: 'boolean', defaultValue: false }, 409],
    ['another type', 'PUT', '/banner', { key: 'banner', type: 'string', defaultValue: 'x' }, 409],
    ['a flag that does not exist', 'PUT', '/nothing', { key: 'nothing', type: 'boolean' }, 404],
    ['another key than in the path', 'PUT', '/banner', { key: 'greeting', type: 'string' }, 400],
    ['no default value', 'POST', '', { key: 'a', type: 'boolean' }, 400],
    ['a value of another type', 'POST', '', { key: 'a', type: 'boolean', defaultValue: 'yes' }, 400],
    ['a value of another type in a change', 'PUT', '/banner', { key: 'banner', type: 'boolean', defaultValue: 0 }, 400],
    ['a fraction as an integer', 'POST', '', { key: 'a', type: 'integer', defaultValue: 0.5 }, 400],
    ['an unknown type', 'POST', '', { key: 'a', type: 'map', defaultValue: {} }, 400],
    ['an unknown field', 'POST', '', { key: 'a', type: 'boolean', defaultValue: true, rules: [] }, 400],
    ['a key of other characters', 'POST', '', { key: 'Not A Key', type: 'boolean', defaultValue: true }, 400],
    ['an empty key', 'POST', '', { key: '', type: 'boolean', defaultValue: true }, 400],
    ['a list', 'POST', '', [], 400],
    ['broken JSON', 'POST', '', '{"key":', 400],
    ['prototype pollution', 'POST', '', '{"key":"a","type":"object","defaultValue":{"__proto__":{"a":1}}}', 400],
    ['a number that is not held', 'POST', '', '{"key":"a","type":"integer","defaultValue":9007199254740993}', 400],
    ['a text that cannot be kept', 'POST', '', { key: 'a', type: 'string', defaultValue: 'a\u0000b' }, 400],
  ])('refuses %s and changes nothing', async (_case, method, path, body, status) => {
    const before = await pull(PRODUCTION, shop.keys.admin);

    const answer = await send(method, `${flagsAt(PRODUCTION)}${path}`, shop.keys.admin, body);

    expect(answer).toMatchObject({ status, body: { error: { status, message: expect.any(String) } } });
    expect(await pull(PRODUCTION, shop.keys.admin)).toEqual(before);
  });

  it('names the fields at fault', async () => {
    const { body } = await create({ key: 'a', type: 'map', defaultValue: null });

    const { details } = (body as { error: { details: readonly { field: string; code: string }[] } }).error;
    expect(details.map(({ field }) => field)).toEqual(['type', 'defaultValue']);
    expect(details.every(({ code }) => code.startsWith('invalid'))).toBe(true);
  });

  it.each(['client', 'server'] as const)('is refused with a %s key', async (kind) => {
    const flag = { key: 'a', type: 'boolean', defaultValue: true };

    const answers = [
      await create(flag, shop.keys[kind]),
      await send('POST', flagsAt(''), shop.keys[kind], flag),
      await send('PUT', `${flagsAt('')}/banner`, shop.keys[kind], { key: 'banner', type: 'boolean' }),
      await send('DELETE', `${flagsAt('')}/banner`, shop.keys[kind]),
    ];

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  });

  it('is refused with an admin key that names no environment, saying how', async () => {
    const answer = await send('POST', flagsAt(''), shop.keys.admin, { key: 'a', type: 'boolean', defaultValue: true });

    expect(answer).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('/projects/{project}/environments/{environment}') } },
    });
  });
});
