import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature as ServerOpenFeature } from '@openfeature/server-sdk';
import {
  type ConfigChangeEvent,
  OpenFeature as WebOpenFeature,
  type Provider,
  ProviderEvents,
} from '@openfeature/web-sdk';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';
import { EventSource } from 'eventsource';

import { runShop, type RunningShop } from './running-shop.js';

let postgres: TestPostgres;
let shop: RunningShop;

beforeAll(async () => {
  postgres = await startTestPostgres();
  shop = await runShop(await postgres.createDatabase());
  // Browsers have one; the provider takes whatever stands here.
  Object.assign(globalThis, { EventSource });
});

afterEach(async () => {
  await WebOpenFeature.close();
  await ServerOpenFeature.close();
});

afterAll(async () => {
  await shop.running.stop();
  await postgres.stop();
});

const USER = { targetingKey: 'user-1', country: 'SE' };

function webProvider(apiKey: string): Provider {
  const provider = new OFREPWebProvider({
    baseUrl: shop.httpUrl,
    headers: [['Authorization', `Bearer ${apiKey}`]],
    cacheMode: 'disabled',
  });
  // Its types were written without exactOptionalPropertyTypes.
  return provider as Provider;
}

async function webClient(context: Record<string, string> = USER) {
  await WebOpenFeature.setProviderAndWait(webProvider(shop.keys.client), context);
  return WebOpenFeature.getClient();
}

async function serverClient(apiKey = shop.keys.server) {
  const provider = new OFREPProvider({ baseUrl: shop.httpUrl, headers: [['X-API-Key', apiKey]] });
  await ServerOpenFeature.setProviderAndWait(provider);
  return ServerOpenFeature.getClient();
}

describe('@openfeature/ofrep-web-provider', () => {
  it('reads values of every type, with variant, reason and metadata', async () => {
    const client = await webClient();

    expect(client.getBooleanDetails('banner', false)).toMatchObject({
      value: true,
      variant: 'on',
      reason: 'STATIC',
      flagMetadata: {},
    });
    expect(client.getStringDetails('greeting', 'x')).toMatchObject({ value: 'Hi', reason: 'TARGETING_MATCH' });
    expect(client.getObjectValue('theme', {})).toEqual({ background: 'black', accents: ['red', 'blue'] });
    expect(client.getStringDetails('split', 'x')).toMatchObject({
      value: expect.stringMatching(/^[AB]$/),
      reason: 'SPLIT',
    });
  });

  it('gives the application’s default for a disabled, a hidden and an unknown flag, and for one of another type', async () => {
    const client = await webClient();

    expect(client.getBooleanDetails('disabled', true)).toMatchObject({ value: true, reason: 'DISABLED' });
    expect(client.getNumberDetails('limit', 7)).toMatchObject({ value: 7, errorCode: 'FLAG_NOT_FOUND' });
    expect(client.getNumberDetails('nothing', 7)).toMatchObject({ value: 7, errorCode: 'FLAG_NOT_FOUND' });
    expect(client.getNumberDetails('banner', 7)).toMatchObject({ value: 7, errorCode: 'TYPE_MISMATCH' });
  });

  it('lacks only the flags that need a targeting key when there is none', async () => {
    const client = await webClient({ country: 'SE' });

    expect(client.getStringDetails('split', 'x')).toMatchObject({ value: 'x', errorCode: 'TARGETING_KEY_MISSING' });
    expect(client.getStringValue('greeting', 'x')).toBe('Hi');
  });

  it('evaluates again when the context changes in an attribute only', async () => {
    const client = await webClient();

    await WebOpenFeature.setContext({ ...USER, country: 'NO' });

    expect(client.getStringValue('greeting', 'x')).toBe('Good day');
  });

  it('hears of a change by the event stream, and which flags changed', async () => {
    const client = await webClient();
    const changed = new Promise<ConfigChangeEvent | undefined>((resolve) => {
      client.addHandler(ProviderEvents.ConfigurationChanged, resolve);
    });
    const environments = { production: { defaultVariant: 'off' } };

    await shop.declare({
      version: 1,
      flags: [{ key: 'banner', type: 'boolean', variants: { off: false, on: true }, environments }],
    });

    expect((await changed)?.flagsChanged).toEqual(['banner']);
    expect(client.getBooleanValue('banner', true)).toBe(false);
  });

  it('is told that a key is no good', async () => {
    const provider = webProvider(shop.keys.admin);

    await expect(WebOpenFeature.setProviderAndWait(provider, USER)).rejects.toMatchObject({ code: 'PROVIDER_FATAL' });
  });
});

describe('@openfeature/ofrep-provider', () => {
  it('reads values of every type', async () => {
    const client = await serverClient();

    await expect(client.getStringDetails('greeting', 'x', USER)).resolves.toMatchObject({
      value: 'Hi',
      variant: 'casual',
      reason: 'TARGETING_MATCH',
      flagMetadata: { flagSetId: 'shop/production' },
    });
    await expect(client.getNumberValue('limit', 7, USER)).resolves.toBe(0);
    await expect(client.getObjectValue('theme', {}, USER)).resolves.toMatchObject({ background: 'black' });
    await expect(client.getStringDetails('split', 'x', USER)).resolves.toMatchObject({ reason: 'SPLIT' });
  });

  it('gives the application’s default with the code of what is wrong', async () => {
    const client = await serverClient();

    await expect(client.getBooleanDetails('nothing', true, USER)).resolves.toMatchObject({
      value: true,
      errorCode: 'FLAG_NOT_FOUND',
    });
    await expect(client.getStringDetails('split', 'x', {})).resolves.toMatchObject({
      value: 'x',
      errorCode: 'TARGETING_KEY_MISSING',
    });
    await expect(client.getNumberDetails('banner', 7, USER)).resolves.toMatchObject({
      value: 7,
      errorCode: 'TYPE_MISMATCH',
    });
    // This release of the client knows no answers without a value; the application's default applies all the same.
    await expect(client.getBooleanValue('disabled', true, USER)).resolves.toBe(true);
  });

  it('gives the application’s default to who has no valid key', async () => {
    const client = await serverClient('wrong');

    await expect(client.getBooleanDetails('banner', false, USER)).resolves.toMatchObject({
      value: false,
      reason: 'ERROR',
    });
  });
});
