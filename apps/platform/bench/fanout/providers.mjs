/**
 * In-process providers in one process. Arguments: address, server key, how many. Prints a line when all are ready, and
 * one for every value of the flag "switch" with the times (monotonic, in milliseconds) at which each provider evaluated
 * it for the first time after it was told of the change.
 */
import { ProviderEvents } from '@openfeature/server-sdk';

import { SortitionProvider } from '@sortition/openfeature-server';

const STARTS_AT_ONCE = 10;
const [address, apiKey, count] = process.argv.slice(2);

const providers = Array.from(
  { length: Number(count) },
  () => new SortitionProvider({ address, apiKey, initTimeoutMs: 120_000 }),
);
const waiting = [...providers];
let seen = [];

async function start() {
  for (let provider = waiting.pop(); provider; provider = waiting.pop()) {
    await provider.initialize();
    const { events } = provider;
    events.addHandler(ProviderEvents.ConfigurationChanged, async () => changed(provider));
  }
}

async function changed(provider) {
  const { value } = await provider.resolveNumberEvaluation('switch', -1, {});
  seen.push({ value, at: Number(process.hrtime.bigint()) / 1e6 });
  if (seen.length < providers.length) return;
  console.log(JSON.stringify(seen));
  seen = [];
}

await Promise.all(Array.from({ length: STARTS_AT_ONCE }, start));
console.log(JSON.stringify('ready'));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
