import { decisionOf } from '../evaluate/decisions.js';
import type { Decision, Flag, Rule, Split } from '../model/index.js';

/** The decision of each allocation of a split, made once. */
export function splitDecisions(flag: Flag, { key }: Rule, { allocations }: Split): readonly Decision[] {
  return allocations.map(({ variant }) => decisionOf(flag, variant, 'SPLIT', key));
}
