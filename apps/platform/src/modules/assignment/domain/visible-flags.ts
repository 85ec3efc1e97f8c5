import type { CompiledSnapshot } from '@sortition/evaluation';

/** Who asks: an application's server, or a program in the hands of its users. */
export type Audience = 'server' | 'client';

/** Which flags an audience may evaluate. */
export interface VisibleFlags {
  /** Keys in ascending order of code units. */
  keys(audience: Audience): readonly string[];
  has(audience: Audience, flagKey: string): boolean;
}

/** Servers see every flag; clients only those marked for them, and cannot tell the others from flags that do not exist. */
export function visibleFlags(compiled: CompiledSnapshot): VisibleFlags {
  let all: readonly string[] | undefined;
  let marked: readonly string[] | undefined;
  const isMarked = (key: string): boolean => compiled.flag(key)?.clientVisible === true;
  return {
    keys: (audience) => {
      all ??= [...compiled.flagKeys()].sort();
      if (audience === 'server') return all;
      marked ??= all.filter(isMarked);
      return marked;
    },
    has: (audience, flagKey) => (audience === 'server' ? compiled.flag(flagKey) !== undefined : isMarked(flagKey)),
  };
}
