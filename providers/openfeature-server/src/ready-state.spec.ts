import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OpenFeature, ProviderEvents } from '@openfeature/server-sdk';

import { SortitionProvider } from './sortition-provider.js';
import { nextEvent, recordedEvents } from './testing/next-event.js';
import { ScriptedPlatform } from './testing/scripted-platform.js';
import { flagOf, shopFlags, shopSnapshot } from './testing/shop-flags.js';

let platform: ScriptedPlatform;
const client = OpenFeature.getClient();

beforeEach(async () => {
  platform = await ScriptedPlatform.start(shopSnapshot());
});

afterEach(async () => {
  await OpenFeature.close();
  OpenFeature.clearHandlers();
  await platform.stop();
});

const withBoolean = (value: boolean) => [flagOf('boolean', 'boolean', value), ...shopFlags.slice(1)];

function publish(value: boolean): void {
  platform.publishFlags(withBoolean(value));
}

async function start(): Promise<void> {
  const options = { address: platform.address, apiKey: 'sor_server_x', maxReconnectDelayMs: 50 };
  await OpenFeature.setProviderAndWait(new SortitionProvider(options));
}

describe('a stream that begins with an older state', () => {
  it('makes the provider ready when it has led to the newest', async () => {
    platform.beginsWithOldest = true;
    publish(false);
    publish(true);
    publish(false);

    await start();

    await expect(client.getBooleanDetails('boolean', true)).resolves.toMatchObject({
      value: false,
      flagMetadata: { version: '10' },
    });
  });

  it('does not make it ready before, however long the rest takes', async () => {
    platform.beginsWithOldest = true;
    platform.isRestHeld = true;
    publish(false);
    const names = recordedEvents(ProviderEvents.Ready);
    names.length = 0;
    const started = start();
    await platform.until(() => platform.openStreams === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const early = [...names];
    platform.sendRest();
    await started;

    expect(early).toEqual([]);
    await expect(client.getBooleanValue('boolean', true)).resolves.toBe(false);
  });

  it('tells of all changes at once when it is recovered', async () => {
    await start();
    const stale = nextEvent(ProviderEvents.Stale);
    await platform.stop();
    await stale;
    publish(false);
    platform.publishFlags([...withBoolean(false), flagOf('added', 'string', 'new')]);
    platform.beginsWithOldest = true;
    const changed = nextEvent(ProviderEvents.ConfigurationChanged);
    await platform.restart();

    await expect(changed).resolves.toMatchObject({ flagsChanged: ['added', 'boolean'] });
  });
});
