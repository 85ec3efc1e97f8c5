import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FlagdProvider } from '@openfeature/flagd-provider';
import { OpenFeature, type Provider } from '@openfeature/server-sdk';
import { SortitionProvider } from '@sortition/openfeature-server';

import type { InMemorySnapshotFeed } from './in-memory-snapshot-feed.js';
import { runAssignment, type RunningAssignment } from './running-assignment.js';
import { banner, ENVIRONMENT_ID, FLAGD_CREDENTIAL, limit, shopFeed, shopKeys } from './shop-snapshot.js';

let feed: InMemorySnapshotFeed;
let running: RunningAssignment;

beforeEach(async () => {
  feed = shopFeed();
  running = await runAssignment({ feed, authenticator: shopKeys() });
});

afterEach(async () => {
  await OpenFeature.clearProviders();
  await running.close();
});

const flagd = (resolverType: 'rpc' | 'in-process'): Provider => {
  const [host = '', port] = running.grpcAddress.split(':');
  const address = { host, port: Number(port), tls: false, defaultAuthority: FLAGD_CREDENTIAL };
  return new FlagdProvider({ ...address, resolverType, cache: 'disabled' });
};

const PROVIDERS: readonly (readonly [string, () => Provider])[] = [
  ['the provider in process', () => new SortitionProvider({ address: running.grpcAddress, apiKey: 'server' })],
  [
    'the provider in remote mode',
    () => new SortitionProvider({ address: running.grpcAddress, apiKey: 'server', mode: 'remote' }),
  ],
  ['flagd’s provider in process', () => flagd('in-process')],
  ['flagd’s provider in remote mode', () => flagd('rpc')],
];

function publish(isOn: boolean): void {
  feed.publishFlags(ENVIRONMENT_ID, [{ ...banner, defaultVariant: isOn ? 'on' : 'off' }, limit]);
}

describe.each(PROVIDERS)('%s, once it is ready', (_name, provider) => {
  it('serves what was committed before it started, though the process heard of none of it', async () => {
    const client = OpenFeature.getClient('domain');
    await OpenFeature.setProviderAndWait('domain', provider());
    const before = await client.getBooleanValue('banner', false);
    feed.isSilent = true;
    for (let change = 0; change < 5; change++) publish(change % 2 === 1);
    await OpenFeature.clearProviders();

    await OpenFeature.setProviderAndWait('domain', provider());

    expect(before).toBe(true);
    await expect(client.getBooleanValue('banner', true)).resolves.toBe(false);
  });
});
