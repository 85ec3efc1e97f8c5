/** Longest chain of segments in segments, and of prerequisites of prerequisites. */
export const CHAIN_LENGTH = 64;

/** Most evaluations that one flag's prerequisites, or one segment's segments, may expand to. */
export const EXPANSION = 10_000;

export interface DependencyOrder {
  /** Every key after all that it depends on; keys of a cycle in any order. */
  readonly order: readonly string[];
  /** Each cycle once, as the keys on the way round, the first repeated at the end. */
  readonly cycles: readonly (readonly string[])[];
  /** Keys whose chain is longer than {@link CHAIN_LENGTH} or that expand to more than {@link EXPANSION}. */
  readonly tooDeep: readonly string[];
}

const LEAF = { depth: 1, expansion: 1 };

interface Frame {
  readonly key: string;
  readonly dependencies: readonly string[];
  next: number;
}

/** Sorts keys by what they depend on. Walks with a stack of its own, so that no chain is too long for it. */
export function dependencyOrder(
  keys: Iterable<string>,
  dependenciesOf: (key: string) => readonly string[],
): DependencyOrder {
  const order: string[] = [];
  const cycles: (readonly string[])[] = [];
  const tooDeep: string[] = [];
  const size = new Map<string, { readonly depth: number; readonly expansion: number }>();
  const open = new Set<string>();
  for (const start of keys) {
    const stack: Frame[] = [];
    const enter = (key: string): void => {
      const dependencies = dependenciesOf(key);
      if (dependencies.length === 0) {
        size.set(key, LEAF);
        order.push(key);
        return;
      }
      open.add(key);
      stack.push({ key, dependencies, next: 0 });
    };
    if (!size.has(start)) enter(start);
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const dependency = frame.dependencies[frame.next];
      frame.next += 1;
      if (dependency === undefined) {
        const { depth, expansion } = measure(frame.dependencies, size);
        if (depth > CHAIN_LENGTH || expansion > EXPANSION) tooDeep.push(frame.key);
        size.set(frame.key, { depth, expansion });
        open.delete(frame.key);
        order.push(frame.key);
        stack.pop();
      } else if (open.has(dependency)) {
        const way = stack.map(({ key }) => key);
        cycles.push([...way.slice(way.indexOf(dependency)), dependency]);
      } else if (!size.has(dependency)) {
        enter(dependency);
      }
    }
  }
  return { order, cycles, tooDeep };
}

function measure(
  dependencies: readonly string[],
  size: ReadonlyMap<string, { readonly depth: number; readonly expansion: number }>,
): { readonly depth: number; readonly expansion: number } {
  let deepest = 0;
  let expansion = 1;
  for (const dependency of dependencies) {
    const measured = size.get(dependency);
    deepest = Math.max(deepest, measured?.depth ?? 0);
    expansion += measured?.expansion ?? 0;
  }
  return { depth: deepest + 1, expansion };
}
