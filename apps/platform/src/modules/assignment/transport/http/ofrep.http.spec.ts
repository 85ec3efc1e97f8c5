import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { banner, ENVIRONMENT_ID, limit, shopFeed, shopKeys, theme } from '../../testing/shop-snapshot.js';
import type { InMemorySnapshotFeed } from '../../testing/in-memory-snapshot-feed.js';
import { runAssignment, type RunningAssignment } from '../../testing/running-assignment.js';

let feed: InMemorySnapshotFeed;
let running: RunningAssignment;

beforeEach(async () => {
  feed = shopFeed();
  running = await runAssignment({ feed, authenticator: shopKeys() });
});

afterEach(() => running.close());

interface Answer {
  readonly status: number;
  readonly etag: string | null;
  readonly body: unknown;
}

async function post(path: string, body: string | undefined, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${running.httpUrl}/ofrep/v1/evaluate/flags${path}`, {
    method: 'POST',
    headers: { Authorization: 'Bearer server', 'Content-Type': 'application/json', ...headers },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  const content: unknown = text === '' ? undefined : JSON.parse(text);
  return { status: response.status, etag: response.headers.get('ETag'), body: content };
}

const contextOf = (context: object): string => JSON.stringify({ context });

describe('OFREP, one flag', () => {
  it('answers with value, variant, reason and the metadata of an exposure', async () => {
    const answer = await post('/checkout', contextOf({ targetingKey: 'user-1' }));

    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      key: 'checkout',
      reason: 'SPLIT',
      value: expect.stringMatching(/^(plain|express)$/),
      metadata: {
        flagSetId: 'shop/production',
        version: '1',
        'sortition.rule': 'experiment',
        'sortition.experiment': 'checkout-test',
        'sortition.phase': 1,
        'sortition.unitAttribute': 'targetingKey',
        'sortition.unit': 'user-1',
      },
    });
  });

  it('answers the clients for Go and Python without a value as they take it without an error', async () => {
    const go = await post('/limit', contextOf({ plan: 'pro' }), { 'User-Agent': 'Go-http-client/1.1' });
    const python = await post('/limit', contextOf({ plan: 'pro' }), { 'User-Agent': 'python-requests/2.34.2' });
    const valued = await post('/limit', contextOf({ plan: 'free' }), { 'User-Agent': 'Go-http-client/1.1' });

    expect(go.body).toMatchObject({ reason: 'DISABLED' });
    expect(go.body).not.toHaveProperty('value');
    expect(python.body).toMatchObject({ reason: 'DEFAULT', variant: '' });
    expect(python.body).not.toHaveProperty('value');
    expect(valued.body).not.toMatchObject({ reason: 'DISABLED' });
  });

  it.each([
    ['a b/c?d', '/a%20b%2Fc%3Fd'],
    ['a b/c', '/a%20b/c'],
    ['ø/ü', '/%C3%B8/%C3%BC'],
  ])('answers for the key %j that there is no such flag, however it is encoded', async (key, path) => {
    expect(await post(path, contextOf({}))).toMatchObject({ status: 404, body: { key, errorCode: 'FLAG_NOT_FOUND' } });
  });

  it('leaves the value out when the application’s default applies', async () => {
    const disabled = await post('/theme', contextOf({}));
    const callerDefault = await post('/limit', contextOf({ plan: 'pro' }));

    expect(disabled).toMatchObject({ status: 200, body: { key: 'theme', reason: 'DISABLED' } });
    expect(disabled.body).not.toHaveProperty('value');
    expect(callerDefault.status).toBe(200);
    expect(callerDefault.body).not.toHaveProperty('value');
  });

  it('serves zero as a value', async () => {
    await expect(post('/limit', contextOf({}))).resolves.toMatchObject({ status: 200, body: { value: 0 } });
  });

  it('answers 404 with key and code for a flag that does not exist', async () => {
    const answer = await post('/none', contextOf({}));

    expect(answer).toMatchObject({ status: 404, body: { key: 'none', errorCode: 'FLAG_NOT_FOUND' } });
  });

  it('decodes the key of the path once', async () => {
    await expect(post('/n%2Ff%3Fx', contextOf({}))).resolves.toMatchObject({ status: 404, body: { key: 'n/f?x' } });
  });

  it('answers 400 with key and code when the targeting key is missing', async () => {
    const answer = await post('/checkout', contextOf({}));

    expect(answer).toMatchObject({ status: 400, body: { key: 'checkout', errorCode: 'TARGETING_KEY_MISSING' } });
  });

  it.each([
    ['no body', undefined],
    ['an empty body', ''],
    ['an empty object', '{}'],
    ['a null context', '{"context":null}'],
    ['an empty context', '{"context":{}}'],
  ])('evaluates without a context given %s', async (_name, body) => {
    await expect(post('/banner', body)).resolves.toMatchObject({ status: 200, body: { value: true } });
  });

  it.each([
    ['broken JSON', '{"context":', 'PARSE_ERROR'],
    ['a list as context', '{"context":[]}', 'INVALID_CONTEXT'],
    ['text as context', '{"context":"x"}', 'INVALID_CONTEXT'],
    ['a number as body', '7', 'INVALID_CONTEXT'],
  ])('answers 400 with key and code for %s', async (_name, body, errorCode) => {
    await expect(post('/banner', body)).resolves.toMatchObject({ status: 400, body: { key: 'banner', errorCode } });
  });

  it('answers 413 for a body that is too large', async () => {
    const body = contextOf({ text: 'x'.repeat(1_100_000) });

    await expect(post('/banner', body)).resolves.toMatchObject({ status: 413, body: { key: 'banner' } });
  });

  it.each([
    ['', 100, 200],
    ['', 101, 400],
    ['/banner', 100, 200],
    ['/banner', 101, 400],
    ['/banner', 500_000, 400],
    ['', 500_000, 400],
  ])('evaluates %j with a context of up to 100 levels (%i levels: %i)', async (path, levels, status) => {
    const deep = `{"context":{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}}`;

    const answer = await post(path, deep);

    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.body).toMatchObject({ errorCode: 'INVALID_CONTEXT' });
  });

  it.each([
    ['a byte that UTF-8 never has', [0xff]],
    ['a cut sequence', [0xc3]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['an overlong form', [0xc0, 0xaf]],
  ])('answers 400 with key and code for %s, also without a length', async (_name, bytes) => {
    const body = Buffer.concat([Buffer.from('{"context":{"a":"'), Buffer.from(bytes), Buffer.from('"}}')]);
    const chunked = new ReadableStream({
      start(controller) {
        controller.enqueue(body);
        controller.close();
      },
    });
    const headers = { 'X-API-Key': 'server', 'Content-Type': 'application/json' };
    const url = `${running.httpUrl}/ofrep/v1/evaluate/flags/banner`;

    const answers = [
      await fetch(url, { method: 'POST', headers, body }),
      await fetch(url, { method: 'POST', headers, body: chunked, duplex: 'half' }),
    ];

    for (const answer of answers) {
      expect(answer.status).toBe(400);
      await expect(answer.json()).resolves.toMatchObject({ key: 'banner', errorCode: 'PARSE_ERROR' });
    }
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'json',
    ';',
  ])('answers 400 with key and code for the content type %j', async (contentType) => {
    const answer = await post('/banner', '{"context":{}}', { 'Content-Type': contentType });

    expect(answer).toMatchObject({ status: 400, body: { key: 'banner', errorCode: 'PARSE_ERROR' } });
  });

  it.each([
    ['{"context":{"__proto__":{"plan":"pro"}}}'],
    ['{"__proto__":{"context":{"plan":"pro"}}}'],
    ['{"context":{"constructor":{"prototype":{"plan":"pro"}}}}'],
    ['{"context":{"a":{"\\u005f_proto__":{"plan":"pro"}}}}'],
  ])('refuses names that reach for prototypes: %s', async (body) => {
    const answer = await post('/limit', body);

    expect(answer).toMatchObject({ status: 400, body: { key: 'limit', errorCode: 'PARSE_ERROR' } });
    expect(({} as Record<string, unknown>)['plan']).toBeUndefined();
  });

  it.each([
    ['__proto__'],
    ['constructor'],
    ['toString'],
    ['hasOwnProperty'],
    ['..%2F..%2Fadmin'],
    ['%00'],
    ['%F0%9F%A6%84'],
    ['x'.repeat(8_000)],
  ])('answers 404 with key and code for the flag %s', async (key) => {
    const answer = await post(`/${key}`, contextOf({}));

    expect(answer).toMatchObject({ status: 404, body: { key: decodeURIComponent(key), errorCode: 'FLAG_NOT_FOUND' } });
  });

  it('takes the key from X-API-Key, refuses unknown keys with 401 and admin keys with 403', async () => {
    const url = `${running.httpUrl}/ofrep/v1/evaluate/flags/banner`;
    const statusWith = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(url, { method: 'POST', headers })).status;

    await expect(statusWith({ 'X-API-Key': 'client' })).resolves.toBe(200);
    await expect(statusWith({ 'X-API-Key': 'other' })).resolves.toBe(401);
    await expect(statusWith({})).resolves.toBe(401);
    await expect(statusWith({ 'X-API-Key': 'admin' })).resolves.toBe(403);
  });
});

describe('OFREP, all flags', () => {
  it('answers with an item for every flag, and with the error of one that fails', async () => {
    const { status, body } = await post('', contextOf({}));

    expect(status).toBe(200);
    expect(body).toMatchObject({
      flags: [
        { key: 'banner', value: true },
        { key: 'checkout', errorCode: 'TARGETING_KEY_MISSING' },
        { key: 'limit', value: 0 },
        { key: 'theme', reason: 'DISABLED' },
      ],
      metadata: { flagSetId: 'shop/production', version: '1' },
    });
  });

  it('shows a client only the flags that are marked for clients, and no rule', async () => {
    const { body } = await post('', contextOf({ targetingKey: 'u' }), { Authorization: 'Bearer client' });

    const keys = (body as { flags: { key: string }[] }).flags.map(({ key }) => key);
    expect(keys).toEqual(['banner', 'checkout', 'theme']);
    expect(JSON.stringify(body)).not.toContain('secret-rule');
    const hidden = await post('/limit', contextOf({}), { Authorization: 'Bearer client' });
    const missing = await post('/limix', contextOf({}), { Authorization: 'Bearer client' });
    expect(JSON.stringify(hidden).replaceAll('limit', 'limix')).toBe(JSON.stringify(missing));
  });

  it('answers 304 without a body to the tag of the same answer', async () => {
    const first = await post('', contextOf({ targetingKey: 'u' }));
    const second = await post('', contextOf({ targetingKey: 'u' }), { 'If-None-Match': first.etag ?? '' });
    const weak = await post('', contextOf({ targetingKey: 'u' }), { 'If-None-Match': `"x", W/${first.etag ?? ''}` });
    const own = await post('', contextOf({ targetingKey: 'u' }), { 'Sortition-If-None-Match': first.etag ?? '' });

    expect(first.etag).toMatch(/^".+"$/);
    expect(second).toMatchObject({ status: 304, body: undefined });
    expect([weak.status, own.status]).toEqual([304, 304]);
  });

  it('changes the tag with the context, the credential and the flags', async () => {
    const tagOf = async (context: object, credential: string): Promise<string | null> =>
      (await post('', contextOf(context), { Authorization: `Bearer ${credential}` })).etag;
    const tags = [
      await tagOf({ targetingKey: 'u' }, 'server'),
      await tagOf({ targetingKey: 'u', plan: 'pro' }, 'server'),
      await tagOf({ targetingKey: 'u' }, 'client'),
    ];
    feed.publishFlags(ENVIRONMENT_ID, [banner, limit, theme]);
    tags.push(await tagOf({ targetingKey: 'u' }, 'server'));

    expect(new Set(tags).size).toBe(4);
  });

  it('gives flags that did not change the same JSON at the next revision', async () => {
    const itemsAt = async (): Promise<unknown[]> =>
      ((await post('', contextOf({ targetingKey: 'u' }))).body as { flags: unknown[] }).flags;
    const before = await itemsAt();
    feed.publishFlags(ENVIRONMENT_ID, [{ ...banner, defaultVariant: 'off' }, limit, theme]);
    const after = await itemsAt();

    expect(after.slice(1).map((item) => JSON.stringify(item))).toEqual(
      before.slice(2).map((item) => JSON.stringify(item)),
    );
  });

  it('keeps answering from memory while the database is away', async () => {
    await post('', contextOf({}));
    feed.isAway = true;

    await expect(post('', contextOf({}))).resolves.toMatchObject({ status: 200 });
  });
});

describe('OFREP, a limited key', () => {
  it('answers 429 and says when to come again, in the form of its request', async () => {
    await running.close();
    running = await runAssignment({ feed, authenticator: shopKeys(), evaluationsPerSecond: 1 });
    const send = (path: string, credential: string): Promise<Response> =>
      fetch(`${running.httpUrl}/ofrep/v1/evaluate/flags${path}`, {
        method: 'POST',
        headers: { 'X-API-Key': credential },
      });

    const answers = await Promise.all([
      send('/banner', 'server'),
      send('/banner', 'server'),
      send('', 'client'),
      send('', 'client'),
    ]);

    const refused = answers.filter(({ status }) => status === 429);
    const bodies = await Promise.all(refused.map((answer) => answer.json()));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 429, 429]);
    expect(refused.map(({ headers }) => headers.get('Retry-After'))).toEqual(['1', '1']);
    expect(bodies).toEqual(
      expect.arrayContaining([
        { key: 'banner', errorCode: 'GENERAL', errorDetails: expect.stringContaining('"server"') },
        { errorCode: 'GENERAL', errorDetails: expect.stringContaining('"client"') },
      ]),
    );
  });
});
