import type { CompiledSnapshot } from '@sortition/evaluation';

/** Attribute paths that hold the units of the snapshot's experiments. */
export function unitAttributesOf(compiled: CompiledSnapshot): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const key of compiled.flagKeys()) {
    for (const { serve } of compiled.flag(key)?.rules ?? []) {
      if (serve.kind === 'experiment') paths.add(serve.unit ?? serve.split.unit ?? 'targetingKey');
    }
  }
  return paths;
}
