/**
 * How long a provider takes from `initialize` to READY with 1,000 flags, against the running platform on loopback: once
 * in each of several fresh processes (nothing compiled or warm), and again and again in one. Environment: FLAGS, ROUNDS.
 */
import { percentile, startChild, startServer } from './fanout/child.mjs';

const FLAGS = Number(process.env.FLAGS ?? 1_000);
const ROUNDS = Number(process.env.ROUNDS ?? 11);

const platform = startServer('platform.mjs', FLAGS);
const { address, keys } = await platform.next();
for (const mode of ['in-process', 'remote']) {
  const fresh = [];
  const warm = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const child = startChild('../provider-init/start.mjs', address, keys.server, mode, round === ROUNDS - 1 ? 30 : 1);
    const { times, cpuMs } = await child.next();
    await child.stop();
    fresh.push({ ms: times[0], cpuMs });
    warm.push(...times.slice(10));
  }
  const median = (values) => percentile(values, 0.5).toFixed(0);
  console.log(
    `${mode.padEnd(11)} ${FLAGS} flags: fresh process ${median(fresh.map(({ ms }) => ms))} ms (CPU ${median(fresh.map(({ cpuMs }) => cpuMs))} ms), warm ${median(warm)} ms; medians of ${fresh.length} and ${warm.length}`,
  );
}
await platform.stop();
process.exit(0);
