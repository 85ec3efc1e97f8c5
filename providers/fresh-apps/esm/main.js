import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { OpenFeature, ProviderFatalError } from '@openfeature/server-sdk';
import * as web from '@openfeature/web-sdk';
import { SortitionProvider } from '@sortition/openfeature-server';
import { SortitionWebProvider } from '@sortition/openfeature-web';

const cacheDirectory = await mkdtemp(join(tmpdir(), 'fresh-esm-'));
const options = { address: env.SORTITION_GRPC, apiKey: env.SORTITION_SERVER_KEY, cacheDirectory };
for (const mode of ['in-process', 'remote']) {
  await OpenFeature.setProviderAndWait(new SortitionProvider({ ...options, mode }));
  const client = OpenFeature.getClient();
  const details = await client.getBooleanDetails('fast-checkout', false, { country: 'SE' });
  assert.deepEqual([details.value, details.variant, details.reason], [true, 'on', 'TARGETING_MATCH']);
  client.track('purchase', { targetingKey: 'user-1' }, { value: 1 });
  await OpenFeature.close();
}
assert.equal((await readdir(cacheDirectory)).length, 1);

// The error that the SDK knows by its class, thrown by a bundled package.
const refused = new SortitionProvider({ ...options, apiKey: 'sor_server_unknown' });
await assert.rejects(refused.initialize(), ProviderFatalError);

// Hot reloads: every provider is replaced while it starts or right after. The process ends by itself in the end.
OpenFeature.setLogger({ error() {}, warn() {}, info() {}, debug() {} });
for (const mode of ['in-process', 'remote']) {
  for (let reload = 0; reload < 20; reload++) {
    OpenFeature.setProvider(new SortitionProvider({ ...options, mode }));
    if (reload % 4 === 0) await nextTurn();
    await OpenFeature.setProviderAndWait(new SortitionProvider({ ...options, mode }));
  }
  const cutShort = OpenFeature.setProviderAndWait(new SortitionProvider({ ...options, mode }));
  await Promise.all([assert.rejects(cutShort, /closed before it was ready/), OpenFeature.close()]);
}

// The web provider in plain Node: no DOM, no storage.
const client = { url: env.SORTITION_URL, apiKey: env.SORTITION_CLIENT_KEY };
await web.OpenFeature.setContext({ targetingKey: 'user-1', country: 'SE' });
await web.OpenFeature.setProviderAndWait(new SortitionWebProvider(client));
const read = web.OpenFeature.getClient().getBooleanDetails('fast-checkout', false);
assert.deepEqual([read.value, read.variant, read.reason], [true, 'on', 'TARGETING_MATCH']);
web.OpenFeature.getClient().track('purchase', { value: 1 });
await web.OpenFeature.close();

const unknown = new SortitionWebProvider({ ...client, apiKey: 'sor_client_unknown' });
await assert.rejects(unknown.initialize({}), web.ProviderFatalError);
await rm(cacheDirectory, { recursive: true });
