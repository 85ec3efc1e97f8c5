import type { CompiledSnapshot } from '@sortition/evaluation';

import type { Change } from './keep-current.js';

/** Attribute paths that hold the units of experiments on the flags that changed. */
export function unitAttributesOf(compiled: CompiledSnapshot, change: Change): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const key of change === 'any' ? compiled.flagKeys() : change) {
    for (const { serve } of compiled.flag(key)?.rules ?? []) {
      if (serve.kind === 'experiment') paths.add(serve.unit ?? serve.split.unit ?? 'targetingKey');
    }
  }
  return paths;
}
