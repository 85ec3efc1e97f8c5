import type { Flag } from '../model/index.js';
import { dependencyOrder } from './dependency-order.js';

type WithPrerequisites = Pick<Flag, 'key' | 'prerequisites'>;

/** The first cycle of prerequisites, as keys with the first repeated at the end; undefined when there is none. */
export function prerequisiteCycle(flags: readonly WithPrerequisites[]): readonly string[] | undefined {
  const needed = new Map(flags.map(({ key, prerequisites = [] }) => [key, prerequisites.map(({ flag }) => flag)]));
  return dependencyOrder(needed.keys(), (key) => needed.get(key) ?? []).cycles[0];
}

/** Keys of the flags that depend on a flag through prerequisites, directly or not. Sorted. */
export function dependentsOf(flags: readonly WithPrerequisites[], key: string): readonly string[] {
  const dependents = new Set<string>();
  const collect = (needed: string): void => {
    for (const flag of flags) {
      if (dependents.has(flag.key) || flag.prerequisites?.some((each) => each.flag === needed) !== true) continue;
      dependents.add(flag.key);
      collect(flag.key);
    }
  };
  collect(key);
  return [...dependents].sort();
}
