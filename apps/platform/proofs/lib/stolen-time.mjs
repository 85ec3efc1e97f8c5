/** What a hypervisor takes from this machine; Linux only, elsewhere nothing is known to be taken. */
import { readFileSync } from 'node:fs';

/** Starts to watch; the result tells the share of all processor time that was taken since, from 0 to 1. */
export function watchStolenTime() {
  const before = read();
  return () => {
    const after = read();
    const all = after.all - before.all;
    return all > 0 ? (after.stolen - before.stolen) / all : 0;
  };
}

function read() {
  let line;
  try {
    [line] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
  } catch {
    return { all: 0, stolen: 0 };
  }
  // user, nice, system, idle, iowait, irq, softirq, steal; guests are counted with users.
  const ticks = line.split(/\s+/).slice(1, 9).map(Number);
  return { all: ticks.reduce((sum, value) => sum + value, 0), stolen: ticks[7] ?? 0 };
}
