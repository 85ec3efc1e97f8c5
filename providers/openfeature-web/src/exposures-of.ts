import type { Exposure } from '@sortition/openfeature-core';

import type { FlagAnswer } from './bulk-answer.js';

/**
 * The exposures of reading a flag, from the metadata that the platform sends with a client's evaluations: those of
 * fall-through rules passed on the way, and that of the experiment that decided.
 */
export function exposuresOf({ key: flag, variant, metadata = {} }: FlagAnswer): Exposure[] {
  const of = (name: string): string | number | boolean | undefined => metadata[`sortition.${name}`];
  const names = ['rule', 'experiment', 'phase', 'unitAttribute', 'unit'];
  const decided = variant && of('experiment') ? [Object.fromEntries(names.map((name) => [name, of(name)]))] : [];
  const passed = JSON.parse(String(of('passed') ?? '[]')) as object[];
  return [...passed, ...decided].map((exposure) => ({ flag, variant, ...exposure }) as Exposure);
}
