import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { shopFeed, shopKeys } from '../../testing/shop-snapshot.js';
import { runAssignment, type RunningAssignment } from '../../testing/running-assignment.js';

let running: RunningAssignment;

beforeEach(async () => {
  running = await runAssignment({ feed: shopFeed(), authenticator: shopKeys() });
});

afterEach(() => running.close());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

async function post(
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Promise<Answer> {
  const response = await fetch(`${running.httpUrl}/ofrep/v1/evaluate/flags${path}`, {
    method: 'POST',
    headers: { Authorization: 'Bearer server', 'Content-Type': 'application/json', ...headers },
    body,
  });
  const { date: _, ...rest } = Object.fromEntries(response.headers);
  return { status: response.status, headers: rest, body: await response.text() };
}

/** Only Fastify answers a request that names its origin. */
const THROUGH_FASTIFY = { Origin: 'https://shop.example' };

describe('an evaluation that is answered directly', () => {
  it.each([
    ['a decision', '/banner', '{"context":{"targetingKey":"u"}}'],
    ['an experiment', '/checkout', '{"context":{"targetingKey":"ä \\"u\\" \\u2028"}}'],
    ['no value', '/limit', '{"context":{"plan":"pro"}}'],
    ['a missing targeting key', '/checkout', '{"context":{}}'],
    ['an unknown flag', '/none', '{"context":{}}'],
    ['no body', '/banner', ''],
    ['a body with a byte order mark', '/banner', '\ufeff{"context":{}}'],
    ['broken JSON', '/banner', '{"context":'],
    ['a list as context', '/banner', '{"context":[]}'],
    ['a name that reaches for prototypes', '/banner', '{"context":{"__proto__":{"plan":"pro"}}}'],
    ['bytes that are not UTF-8', '/banner', new Uint8Array([0x7b, 0xff, 0x7d])],
    ['a context that is too deep', '/banner', `{"context":{"a":${'['.repeat(100)}${']'.repeat(100)}}}`],
    ['all flags', '', '{"context":{"targetingKey":"u"}}'],
    ['all flags, broken JSON', '', '{'],
  ])('is what Fastify answers: %s', async (_, path, body) => {
    // The first request makes key and environment known.
    await post(path, body, {});

    const direct = await post(path, body, {});
    const through = await post(path, body, THROUGH_FASTIFY);

    expect(direct).toEqual(through);
  });

  it('leaves out the body, as Fastify does, when its caller has it', async () => {
    const body = '{"context":{"targetingKey":"u"}}';
    const { headers } = await post('', body, {});
    const known = { 'If-None-Match': headers['etag'] ?? '' };

    const direct = await post('', body, known);

    expect(direct.status).toBe(304);
    expect(direct).toEqual(await post('', body, { ...known, ...THROUGH_FASTIFY }));
  });
});
