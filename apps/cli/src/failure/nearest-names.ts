import { nearestNames } from '@sortition/declaration/nearest-names';

import { quoted } from './quoted.js';

/** Says which names were likely meant, or which exist when none is near: the end of a sentence. */
export function suggestion(wanted: string, known: readonly string[]): string {
  const near = nearestNames(wanted, known);
  if (near.length > 0) return `did you mean ${listed(near, ' or ')}?`;
  const shown = known.slice(0, 12);
  const rest = known.length - shown.length;
  return `there are ${listed(shown, ', ')}${rest > 0 ? ` and ${rest} more` : ''}.`;
}

function listed(names: readonly string[], separator: string): string {
  return names.map(quoted).join(separator);
}
