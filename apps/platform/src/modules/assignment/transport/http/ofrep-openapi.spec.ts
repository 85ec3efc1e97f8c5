import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type OfrepSchema, ofrepSchemaErrors } from '../../testing/ofrep-schema-errors.js';
import { runAssignment, type RunningAssignment } from '../../testing/running-assignment.js';
import { shop, shopFeed, shopKeys } from '../../testing/shop-snapshot.js';

let running: RunningAssignment;

beforeAll(async () => {
  running = await runAssignment({ feed: shopFeed(), authenticator: shopKeys() });
});

afterAll(() => running.close());

const CONTEXTS = [
  {},
  { targetingKey: 'user-1' },
  { targetingKey: 'user-1', plan: 'pro' },
  { targetingKey: 17 },
  { plan: null },
];
const HTTP_SCHEMAS: Readonly<Record<number, OfrepSchema>> = {
  200: 'serverEvaluationSuccess',
  400: 'evaluationFailure',
  404: 'flagNotFound',
};

async function post(path: string, body: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${running.httpUrl}/ofrep/v1/evaluate/flags${path}`, {
    method: 'POST',
    headers: { Authorization: 'Bearer server', 'Content-Type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, body: await response.json(), headers: response.headers };
}

describe('OFREP’s OpenAPI document', () => {
  it.each([...shop.flags.map(({ key }) => key), 'no-such-flag', 'a key/with spaces'])(
    'has a schema for every answer for the flag %s',
    async (key) => {
      for (const context of CONTEXTS) {
        const { status, body } = await post(`/${encodeURIComponent(key)}`, JSON.stringify({ context }));

        expect(Object.keys(HTTP_SCHEMAS)).toContain(String(status));
        expect(body).toMatchObject({ key });
        expect(ofrepSchemaErrors(HTTP_SCHEMAS[status] as OfrepSchema, body)).toEqual([]);
      }
    },
  );

  it('has one for all flags', async () => {
    for (const context of CONTEXTS.filter(({ targetingKey }) => typeof targetingKey !== 'number')) {
      const { status, body, headers } = await post('', JSON.stringify({ context }));

      expect({ status, errors: ofrepSchemaErrors('bulkEvaluationSuccess', body) }).toEqual({ status: 200, errors: [] });
      expect(headers.get('ETag')).not.toBeNull();
    }
  });

  it.each([
    ['a context that is none', '{"context":7}'],
    ['no JSON', '{'],
    ['an array', '[]'],
  ])('has one for what cannot be read: %s', async (_, body) => {
    const one = await post('/theme', body);
    const all = await post('', body);

    expect({ status: one.status, errors: ofrepSchemaErrors('evaluationFailure', one.body) }).toEqual({
      status: 400,
      errors: [],
    });
    expect({ status: all.status, errors: ofrepSchemaErrors('bulkEvaluationFailure', all.body) }).toEqual({
      status: 400,
      errors: [],
    });
  });

  it('has a status for callers without a key', async () => {
    expect(await post('', '{}', { Authorization: 'Bearer nobody' })).toMatchObject({ status: 401 });
  });

  it('has one for what an event stream says', async () => {
    const response = await fetch(`${running.httpUrl}/ofrep/v1/event-stream`, {
      headers: { Authorization: 'Bearer server' },
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!/event: message\ndata: .*\n/.test(text)) text += (await reader?.read())?.value ?? '';
    await reader?.cancel();
    const [, data = ''] = /event: message\ndata: (.*)\n/.exec(text) ?? [];

    expect(response.headers.get('Content-Type')).toContain('text/event-stream');
    expect(ofrepSchemaErrors('sseEventData', JSON.parse(data))).toEqual([]);
  });

  it('is checked in earnest', () => {
    expect(ofrepSchemaErrors('serverEvaluationSuccess', { key: 'a', reason: 'BECAUSE', value: 1 })).not.toEqual([]);
    expect(ofrepSchemaErrors('serverEvaluationSuccess', { reason: 'STATIC', value: 1 })).not.toEqual([]);
    expect(ofrepSchemaErrors('evaluationFailure', { key: 'a', errorCode: 'TYPE_MISMATCH' })).not.toEqual([]);
    expect(ofrepSchemaErrors('bulkEvaluationSuccess', { flags: [{ value: 1 }] })).not.toEqual([]);
  });
});
