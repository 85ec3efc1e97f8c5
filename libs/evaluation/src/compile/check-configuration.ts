import type { Flag } from '../model/index.js';
import type { Problems, Reference, ReferenceKind } from '../parse/problems.js';
import type { Sources } from './sources.js';
import { checkLayers } from './check-layers.js';
import type { CompiledItems } from './compile-scope.js';
import { CHAIN_LENGTH, dependencyOrder, EXPANSION } from './dependency-order.js';
import { referencesTo } from './references.js';

/** Notes what is wrong between items: missing references, cycles, layers shared by two experiments. */
export function checkConfiguration(sources: Sources, items: CompiledItems, problems: Problems): void {
  const known = (kind: ReferenceKind, key: string): boolean =>
    kind === 'flag' || kind === 'segment' ? sources[`${kind}s`].has(key) : items[`${kind}s`].has(key);
  for (const reference of [...problems.references, ...staleReferences(sources, items)]) {
    const { kind, key, path } = reference;
    if (!known(kind, key)) problems.add(path, `must be the key of a ${kind} of the snapshot`, key);
    else if (reference.variants !== undefined) checkVariants(reference, sources.flags.get(key), problems);
  }
  for (const kind of ['segment', 'flag'] as const) {
    const { cycles, tooDeep } = dependencyOrder(sources[`${kind}s`].keys(), referencesTo(kind, sources.references));
    const means = kind === 'flag' ? 'prerequisites' : 'segments';
    for (const cycle of cycles) problems.note(`${kind}s`, `${means} must not form a cycle, got ${cycle.join(' -> ')}`);
    for (const key of tooDeep) {
      const limits = `chain longer than ${CHAIN_LENGTH} or expand to more than ${EXPANSION} evaluations`;
      problems.add(`${kind}s`, `${means} must not ${limits}`, key);
    }
  }
  checkLayers(sources, problems);
}

function checkVariants({ key, path, variants = [] }: Reference, flag: Flag | undefined, problems: Problems): void {
  for (const variant of variants) {
    if (flag?.variants.some((each) => each.key === variant) === true) continue;
    problems.add(path, `must name variants of flag "${key}"`, variant);
  }
}

/** References of items that did not change to what did. */
function staleReferences(
  { flags, segments, references, changed }: Sources,
  items: CompiledItems,
): readonly Reference[] {
  const stale: Reference[] = [];
  const collect = (plural: string, key: string, all: readonly string[]): void => {
    for (const reference of all) {
      if (!changed.has(reference)) continue;
      const colon = reference.indexOf(':');
      const kind = reference.slice(0, colon) as ReferenceKind;
      stale.push({ kind, key: reference.slice(colon + 1), path: `${plural}[${JSON.stringify(key)}]` });
    }
  };
  for (const [key, flag] of flags) {
    if (changed.has(`flag:${key}`)) continue;
    collect('flags', key, references.get(`flag:${key}`) ?? []);
    for (const { flag: needed, variants } of flag.prerequisites ?? []) {
      if (!changed.has(`flag:${needed}`) || !flags.has(needed)) continue;
      stale.push({ kind: 'flag', key: needed, variants, path: `flags[${JSON.stringify(key)}].prerequisites` });
    }
  }
  for (const key of segments.keys()) {
    if (!changed.has(`segment:${key}`)) collect('segments', key, references.get(`segment:${key}`) ?? []);
  }
  for (const { key, layer } of items.holdouts.values()) {
    if (changed.has(`layer:${layer}`)) collect('holdouts', key, [`layer:${layer}`]);
  }
  return stale;
}
