import { distance } from 'fastest-levenshtein';

import { quoted } from './quoted.js';

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

/** Says which names were likely meant, or which exist when none is near: the end of a sentence. */
export function suggestion(wanted: string, known: readonly string[]): string {
  const near = nearestNames(wanted, known);
  if (near.length > 0) return `did you mean ${listed(near, ' or ')}?`;
  const shown = known.slice(0, 12);
  const rest = known.length - shown.length;
  return `there are ${listed(shown, ', ')}${rest > 0 ? ` and ${rest} more` : ''}.`;
}

function stepsBetween(wanted: string, name: string): number {
  if (wanted === '' || name === '') return Number.POSITIVE_INFINITY;
  return name.includes(wanted) || wanted.includes(name) ? 1 : distance(wanted, name);
}

function listed(names: readonly string[], separator: string): string {
  return names.map(quoted).join(separator);
}
