import { distance } from 'fastest-levenshtein';

/** At most this many names are suggested. */
const SUGGESTIONS = 3;

/** Returns the known names that a mistyped one most likely meant, nearest first; empty when none is near. */
export function nearestNames(wanted: string, known: readonly string[]): readonly string[] {
  const lowered = wanted.toLowerCase();
  const farthest = Math.floor(wanted.length / 2);
  return known
    .map((name) => ({ name, steps: stepsBetween(lowered, name.toLowerCase()) }))
    .filter(({ steps }) => steps <= farthest)
    .sort((one, other) => one.steps - other.steps)
    .slice(0, SUGGESTIONS)
    .map(({ name }) => name);
}

function stepsBetween(wanted: string, name: string): number {
  if (wanted === '' || name === '') return Number.POSITIVE_INFINITY;
  return name.includes(wanted) || wanted.includes(name) ? 1 : distance(wanted, name);
}
