import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OpenFeature, ProviderEvents, ProviderStatus } from '@openfeature/server-sdk';

import { SortitionProvider } from './sortition-provider.js';
import { nextEvent, recordedEvents } from './testing/next-event.js';
import { ScriptedPlatform } from './testing/scripted-platform.js';
import { shopSnapshot } from './testing/shop-flags.js';

const { Ready, Stale, Error: Failed } = ProviderEvents;
const GRACE_MS = 250;

let platform: ScriptedPlatform;
const client = OpenFeature.getClient();

beforeEach(async () => {
  platform = await ScriptedPlatform.start(shopSnapshot());
  const options = { address: platform.address, apiKey: 'sor_server_x', maxReconnectDelayMs: 20 };
  await OpenFeature.setProviderAndWait(new SortitionProvider({ ...options, staleGraceMs: GRACE_MS }));
});

afterEach(async () => {
  await OpenFeature.close();
  OpenFeature.clearHandlers();
  await platform.stop();
});

async function lose(): Promise<void> {
  const stale = nextEvent(Stale);
  await platform.stop();
  await stale;
}

async function recover(): Promise<void> {
  const ready = nextEvent(Ready);
  await platform.restart();
  await ready;
}

describe('a connection that stays lost', () => {
  it('is STALE at once and ERROR after the grace, while evaluation goes on, and READY when it is back', async () => {
    const names = recordedEvents(Ready, Stale, Failed);
    const failed = nextEvent(Failed);
    await lose();
    const status = client.providerStatus;
    const lostMs = performance.now();

    await expect(failed).resolves.toMatchObject({ errorCode: 'GENERAL' });
    expect(status).toBe(ProviderStatus.STALE);
    expect(performance.now() - lostMs).toBeGreaterThan(GRACE_MS / 2);
    expect(client.providerStatus).toBe(ProviderStatus.ERROR);
    await expect(client.getBooleanDetails('boolean', false)).resolves.toMatchObject({ value: true, reason: 'STATIC' });

    await recover();
    expect(client.providerStatus).toBe(ProviderStatus.READY);
    expect(names).toEqual([Stale, Failed, Ready]);
  });

  it('gets a grace of its own each time', async () => {
    const names = recordedEvents(Ready, Stale, Failed);
    const failed = nextEvent(Failed);
    await lose();
    await recover();
    await lose();
    const lostMs = performance.now();
    await failed;

    expect(performance.now() - lostMs).toBeGreaterThan(GRACE_MS * 0.9);
    expect(names).toEqual([Stale, Ready, Stale, Failed]);
  });

  it('is told of no more when the provider was closed', async () => {
    const names = recordedEvents(Stale, Failed);
    await lose();
    const provider = new SortitionProvider({
      address: platform.address,
      apiKey: 'sor_server_x',
      initTimeoutMs: GRACE_MS * 2,
    });
    await OpenFeature.close();

    // Takes longer than the grace of the one that was closed.
    await expect(provider.initialize()).rejects.toMatchObject({ code: 'GENERAL' });
    await provider.onClose();
    expect(names).toEqual([Stale]);
  });
});
