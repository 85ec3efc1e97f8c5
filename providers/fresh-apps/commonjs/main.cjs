const assert = require('node:assert/strict');
const { env } = require('node:process');

const { OpenFeature } = require('@openfeature/server-sdk');
const web = require('@openfeature/web-sdk');
const { SortitionProvider } = require('@sortition/openfeature-server');
const { SortitionWebProvider } = require('@sortition/openfeature-web');

main();

async function main() {
  await readFromServer();
  await readAsClient();
}

async function readFromServer() {
  for (const mode of ['in-process', 'remote']) {
    const provider = new SortitionProvider({ address: env.SORTITION_GRPC, apiKey: env.SORTITION_SERVER_KEY, mode });
    await OpenFeature.setProviderAndWait(provider);
    const client = OpenFeature.getClient();
    assert.equal(await client.getBooleanValue('fast-checkout', false, { country: 'SE' }), true);
    assert.equal(await client.getBooleanValue('fast-checkout', true, { country: 'NO' }), false);
    const mismatch = await client.getStringDetails('fast-checkout', 'none', {});
    assert.equal(mismatch.errorCode, 'TYPE_MISMATCH');
    client.track('purchase', { targetingKey: 'user-1' }, { value: 1 });
    // Nothing is left that keeps the process alive.
    await OpenFeature.close();
  }
}

/** The web provider in plain Node: no DOM, no storage. */
async function readAsClient() {
  const provider = new SortitionWebProvider({ url: env.SORTITION_URL, apiKey: env.SORTITION_CLIENT_KEY });
  await web.OpenFeature.setContext({ targetingKey: 'user-1', country: 'SE' });
  await web.OpenFeature.setProviderAndWait(provider);
  const client = web.OpenFeature.getClient();
  assert.equal(client.getBooleanValue('fast-checkout', false), true);
  assert.equal(client.getStringDetails('fast-checkout', 'none').errorCode, 'TYPE_MISMATCH');
  await web.OpenFeature.setContext({ targetingKey: 'user-1', country: 'NO' });
  assert.equal(client.getBooleanValue('fast-checkout', true), false);
  client.track('purchase', { value: 1 });
  await web.OpenFeature.close();
}
