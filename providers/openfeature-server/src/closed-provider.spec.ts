import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OpenFeature, ProviderStatus } from '@openfeature/server-sdk';

import { SortitionProvider } from './sortition-provider.js';
import { CountingProxy } from './testing/counting-proxy.js';
import { ScriptedPlatform } from './testing/scripted-platform.js';
import { shopSnapshot } from './testing/shop-flags.js';

const CLOSED = { code: 'GENERAL', message: 'The provider was closed before it was ready.' };

let directory: string;
let platform: ScriptedPlatform;
let proxy: CountingProxy;
const client = OpenFeature.getClient();

const silent = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };

beforeEach(async () => {
  // The SDK logs every start that was cut short.
  OpenFeature.setLogger(silent);
  directory = await mkdtemp(join(tmpdir(), 'sortition-closed-'));
  platform = await ScriptedPlatform.start(shopSnapshot());
  proxy = await CountingProxy.start(platform.address);
});

afterEach(async () => {
  OpenFeature.clearHandlers();
  await OpenFeature.close();
  await proxy.stop();
  await platform.stop();
  await rm(directory, { recursive: true, force: true });
});

describe.each([
  ['in process', { mode: 'in-process' }],
  ['in process with a cache', { mode: 'in-process', cached: true }],
  ['in remote mode', { mode: 'remote' }],
] as const)('a provider %s that is closed', (_name, { mode, ...more }) => {
  const made = (): SortitionProvider => {
    const cache = 'cached' in more ? { cacheDirectory: directory } : {};
    return new SortitionProvider({ address: proxy.address, apiKey: 'sor_server_x', mode, ...cache });
  };

  it('in the tick in which it starts stays closed', async () => {
    const provider = made();
    const started = provider.initialize();
    await provider.onClose();

    await expect(started).rejects.toMatchObject(CLOSED);
    await expect(provider.resolveBooleanEvaluation('boolean', false, {})).resolves.toMatchObject({
      errorCode: 'PROVIDER_NOT_READY',
    });
    await proxy.until(() => proxy.open === 0);
    expect(platform.watches).toEqual([]);
  });

  it('a moment later stays closed', async () => {
    const yields = [() => Promise.resolve(), () => new Promise(setImmediate)];
    for (const yielded of yields) {
      for (let turns = 1; turns <= 12; turns++) {
        const provider = made();
        const started = provider.initialize().catch((error: unknown) => error);
        for (let turn = 0; turn < turns; turn++) await yielded();
        await provider.onClose();
        const outcome = await started;
        if (outcome !== undefined) expect(outcome).toMatchObject(CLOSED);
      }
    }

    await proxy.until(() => proxy.open === 0);
  });

  it('starts again in the same tick as another life', async () => {
    const provider = made();
    const first = provider.initialize();
    const closed = provider.onClose();
    const second = provider.initialize();

    await expect(first).rejects.toMatchObject(CLOSED);
    await closed;
    await expect(second).resolves.toBeUndefined();
    expect(proxy.open).toBe(1);
    await provider.onClose();
    await proxy.until(() => proxy.open === 0);
  });

  it('shares one start among calls', async () => {
    const provider = made();
    await Promise.all([provider.initialize(), provider.initialize()]);
    await provider.initialize();

    expect(proxy.open).toBe(1);
    await provider.onClose();
  });

  it('because another one took its place leaves nothing behind, 20 times over', async () => {
    for (let reload = 0; reload < 20; reload++) {
      OpenFeature.setProvider(made());
      await OpenFeature.setProviderAndWait(made());
    }
    expect(client.providerStatus).toBe(ProviderStatus.READY);
    await proxy.until(() => proxy.open <= 1);
    await OpenFeature.close();

    await proxy.until(() => proxy.open === 0);
  });

  it('with OpenFeature during its start leaves nothing behind', async () => {
    const started = OpenFeature.setProviderAndWait(made()).catch((error: unknown) => error);
    await OpenFeature.close();

    await expect(started).resolves.toMatchObject(CLOSED);
    await proxy.until(() => proxy.open === 0);
  });
});
