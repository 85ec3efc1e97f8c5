/** Starts a provider so many times and prints how long each start took. Arguments: address, server key, mode, times. */
import { SortitionProvider } from '@sortition/openfeature-server';

const [address, apiKey, mode, count] = process.argv.slice(2);
const times = [];
let cpuMs;
for (let start = 0; start < Number(count); start += 1) {
  const provider = new SortitionProvider({ address, apiKey, mode });
  const began = process.hrtime.bigint();
  const cpu = process.cpuUsage();
  await provider.initialize();
  times.push(Number(process.hrtime.bigint() - began) / 1e6);
  const { user, system } = process.cpuUsage(cpu);
  cpuMs ??= (user + system) / 1_000;
  await provider.onClose();
}
console.log(JSON.stringify({ times, cpuMs }));
