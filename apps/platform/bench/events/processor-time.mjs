/** Processor time of processes, in seconds; Linux only, elsewhere NaN. */
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second, the same on every Linux that Node.js runs on. */
const TICKS = 100;

/** What the process has used, without its children. */
export function secondsOf(pid) {
  const stat = statOf(pid);
  return stat ? (stat.user + stat.system) / TICKS : Number.NaN;
}

/** What a process and its children have used: PostgreSQL's server with its sessions and writers. */
export function secondsOfFamily(pid) {
  const root = statOf(pid);
  if (!root) return Number.NaN;
  let ticks = root.user + root.system + root.endedChildren;
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(name) : undefined;
    if (stat?.parent === pid) ticks += stat.user + stat.system;
  }
  return ticks / TICKS;
}

function statOf(pid) {
  let line;
  try {
    line = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field is the program's name in parentheses, which may hold anything.
  const fields = line
    .slice(line.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return { parent: fields[1], user: fields[11], system: fields[12], endedChildren: fields[13] + fields[14] };
}
