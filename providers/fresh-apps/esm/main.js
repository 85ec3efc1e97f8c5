import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';

import { OpenFeature, ProviderFatalError } from '@openfeature/server-sdk';
import { SortitionProvider } from '@sortition/openfeature-server';

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
await rm(cacheDirectory, { recursive: true });

// The error that the SDK knows by its class, thrown by a bundled package.
const refused = new SortitionProvider({ ...options, apiKey: 'sor_server_unknown' });
await assert.rejects(refused.initialize(), ProviderFatalError);
