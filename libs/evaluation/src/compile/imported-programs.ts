import { compileSplit } from '../bucketing/index.js';
import type { Split } from '../model/index.js';
import type { PickAllocation } from './native-split.js';

/** Compiles the splits of every bucketing program; for `loadSnapshot` of the core. */
export function importedPrograms(split: Split, flagKey: string): PickAllocation {
  const compiled = compileSplit(split, flagKey);
  return (unit) => compiled.pick(unit);
}
