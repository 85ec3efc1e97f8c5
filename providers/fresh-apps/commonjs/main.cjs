const assert = require('node:assert/strict');
const { env } = require('node:process');

const { OpenFeature } = require('@openfeature/server-sdk');
const { SortitionProvider } = require('@sortition/openfeature-server');

main();

async function main() {
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
