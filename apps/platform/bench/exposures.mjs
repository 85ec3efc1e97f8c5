/**
 * What it costs that the platform records the exposures of single evaluations over OFREP: the same process answers
 * requests that want it and requests that do not, with the same number of units. Ratios are of requests per second of the
 * server's own processor time, that of storing the exposures included.
 */
import { startServer } from './fanout/child.mjs';
import { compareSaturated, printComparison } from './load/saturated.mjs';

const CONNECTIONS = 32;
const MAX_COST = 0.1;
/** How many units read the flag: few that come again and again, and so many that nearly each one is new. */
const UNITS = { 'units that come again': 10_000, 'units that are new': 9_999_999 };

const platform = startServer('platform.mjs', 2);
const { http, keys } = await platform.next();
const url = `${http}/ofrep/v1/evaluate/flags/tested`;
const body = JSON.stringify({ context: { targetingKey: 'user-0000000', country: 'SE', plan: 'pro', age: 31 } });
const common = { 'content-type': 'application/json; charset=utf-8', authorization: `Bearer ${keys.server}` };
let isTooMuch = false;
for (const [name, units] of Object.entries(UNITS)) {
  const target = (exposures) => ({
    server: platform,
    generator: 'http1.mjs',
    task: { url, body, connections: CONNECTIONS, units, headers: { ...common, 'sortition-exposures': exposures } },
  });
  const comparison = await compareSaturated({ recorded: target('on'), 'not recorded': target('off') });
  console.log(`${name}: ${units}`);
  printComparison(comparison, [['recorded', 'not recorded']]);
  if (units === 10_000) isTooMuch = 1 - comparison.ratio('recorded', 'not recorded') > MAX_COST;
}
await platform.stop();
if (isTooMuch) {
  console.error(`Recording costs more than ${MAX_COST * 100}% of the throughput.`);
  process.exit(1);
}
