import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OpenFeature, ProviderEvents, ProviderStatus } from '@openfeature/server-sdk';

import { SortitionProvider } from './sortition-provider.js';
import { nextEvent } from './testing/next-event.js';
import { ScriptedPlatform } from './testing/scripted-platform.js';
import { shopSnapshot } from './testing/shop-flags.js';

let platform: ScriptedPlatform;
const client = OpenFeature.getClient();

beforeEach(async () => {
  platform = await ScriptedPlatform.start(shopSnapshot());
  const options = { address: platform.address, apiKey: 'sor_server_x', maxReconnectDelayMs: 50 };
  await OpenFeature.setProviderAndWait(new SortitionProvider(options));
});

afterEach(async () => {
  await OpenFeature.close();
  OpenFeature.clearHandlers();
  await platform.stop();
});

describe('a key that is refused after it worked', () => {
  it('is an ERROR with which evaluation goes on, and READY when it is taken again', async () => {
    const failed = nextEvent(ProviderEvents.Error);
    platform.refusal = { code: status.UNAUTHENTICATED, details: 'The API key was revoked.' };
    platform.endStreams();

    await expect(failed).resolves.toMatchObject({ message: 'The API key was revoked.', errorCode: 'GENERAL' });
    expect(client.providerStatus).toBe(ProviderStatus.ERROR);
    await expect(client.getBooleanDetails('boolean', false)).resolves.toMatchObject({ value: true, reason: 'STATIC' });

    const ready = nextEvent(ProviderEvents.Ready);
    platform.refusal = undefined;
    await ready;
    expect(client.providerStatus).toBe(ProviderStatus.READY);
  });
});
