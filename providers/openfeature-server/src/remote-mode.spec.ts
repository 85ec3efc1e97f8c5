import { status } from '@grpc/grpc-js';
import { assignment } from '@sortition/contracts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ErrorCode, OpenFeature, ProviderEvents, ProviderStatus } from '@openfeature/server-sdk';

import { SortitionProvider } from './sortition-provider.js';
import type { SortitionProviderOptions } from './provider-options.js';
import { nextEvent } from './testing/next-event.js';
import { ScriptedPlatform } from './testing/scripted-platform.js';
import { flagOf, shopFlags, shopSnapshot } from './testing/shop-flags.js';

let platform: ScriptedPlatform;
const client = OpenFeature.getClient();

beforeEach(async () => {
  platform = await ScriptedPlatform.start(shopSnapshot());
  platform.decisions.set('string', { variant: 'one', value: 'text', reason: assignment.Reason.STATIC });
});

afterEach(async () => {
  await OpenFeature.close();
  OpenFeature.clearHandlers();
  await platform.stop();
});

async function start(options: Partial<SortitionProviderOptions> = {}): Promise<void> {
  const given = {
    address: platform.address,
    apiKey: 'sor_server_x',
    maxReconnectDelayMs: 200,
    mode: 'remote',
  } as const;
  await OpenFeature.setProviderAndWait(new SortitionProvider({ ...given, ...options }));
}

describe('remote mode', () => {
  it('sends evaluations of the same tick together, and one alone by itself', async () => {
    await start();

    await client.getStringValue('string', 'none');
    const all = await Promise.all(
      ['string', 'none', 'string'].map((key, user) =>
        client.getStringDetails(key, 'x', { targetingKey: String(user) }),
      ),
    );

    expect(platform.batchSizes).toEqual([3]);
    expect(platform.resolved.map(({ flag, context }) => [flag, context])).toEqual([
      ['string', {}],
      ['string', { targetingKey: '0' }],
      ['none', { targetingKey: '1' }],
      ['string', { targetingKey: '2' }],
    ]);
    expect(all.map(({ value, errorCode }) => [value, errorCode])).toEqual([
      ['text', undefined],
      ['x', 'FLAG_NOT_FOUND'],
      ['text', undefined],
    ]);
  });

  it('splits what is too much for one call', async () => {
    await start();

    const values = await Promise.all(Array.from({ length: 250 }, () => client.getStringValue('string', 'none')));

    expect(new Set(values)).toEqual(new Set(['text']));
    expect(platform.batchSizes).toEqual([100, 100, 50]);
  });

  it('answers TYPE_MISMATCH, and GENERAL when the call fails', async () => {
    await start();
    await expect(client.getNumberDetails('string', 1)).resolves.toMatchObject({
      value: 1,
      errorCode: ErrorCode.TYPE_MISMATCH,
    });
    platform.refusal = { code: status.RESOURCE_EXHAUSTED, details: 'Too much.' };

    const failed = await Promise.all([client.getStringDetails('string', 'x'), client.getStringDetails('string', 'x')]);

    for (const details of failed) expect(details).toMatchObject({ value: 'x', errorCode: 'GENERAL' });
  });

  it('tells which flags changed', async () => {
    await start();
    const changed = nextEvent(ProviderEvents.ConfigurationChanged);

    platform.publishFlags([flagOf('boolean', 'boolean', false), ...shopFlags.slice(1)]);

    await expect(changed).resolves.toMatchObject({ flagsChanged: ['boolean'] });
  });

  it('tells ERROR when the platform is lost and READY when it is back, with what may have changed', async () => {
    await start();
    const lost = nextEvent(ProviderEvents.Error);
    await platform.stop();
    await expect(lost).resolves.toMatchObject({ errorCode: 'GENERAL' });
    expect(client.providerStatus).toBe(ProviderStatus.ERROR);
    await expect(client.getStringDetails('string', 'x')).resolves.toMatchObject({ errorCode: 'GENERAL' });
    platform.publishFlags([]);
    const ready = nextEvent(ProviderEvents.Ready);
    const changed = nextEvent(ProviderEvents.ConfigurationChanged);

    await platform.restart();
    await ready;

    expect((await changed)?.flagsChanged).toBeUndefined();
    await expect(client.getStringValue('string', 'x')).resolves.toBe('text');
  });

  it('asks for the revision while no stream can be held', async () => {
    platform.streamRefusal = { code: status.UNIMPLEMENTED, details: 'no streams here' };
    await start({ pollIntervalMs: 10 });
    expect(client.providerStatus).toBe(ProviderStatus.READY);
    const changed = nextEvent(ProviderEvents.ConfigurationChanged);

    platform.publishFlags([]);

    expect((await changed)?.flagsChanged).toBeUndefined();
  });

  it('is fatal when the key is refused', async () => {
    platform.refusal = { code: status.UNAUTHENTICATED, details: 'The API key is not known.' };

    await expect(start()).rejects.toMatchObject({ code: ErrorCode.PROVIDER_FATAL });
  });

  it('fails to start in time without the platform, and becomes ready when it comes', async () => {
    await platform.stop();
    await expect(start({ initTimeoutMs: 50 })).rejects.toMatchObject({ code: ErrorCode.GENERAL });
    const ready = nextEvent(ProviderEvents.Ready);

    await platform.restart();
    await ready;

    await expect(client.getStringValue('string', 'x')).resolves.toBe('text');
  });
});
