import type { Flag } from '../model/index.js';
import type { Problems, Reference } from '../parse/problems.js';
import type { Plan } from './changes.js';
import { checkLayers } from './check-layers.js';
import type { CompiledItems } from './compile-scope.js';
import { CHAIN_LENGTH, dependencyOrder, EXPANSION } from './dependency-order.js';
import { ITEM_KINDS } from './item-id.js';
import { referredBy } from './references.js';

/** Notes what is wrong between items that can be read: missing references, cycles, layers shared by two experiments. */
export function checkConfiguration(before: CompiledItems, plan: Plan, problems: Problems): void {
  checkRemovals(before, plan, problems);
  const lists = new Set(before.lists.keys());
  for (const key of plan.change.lists.removed) lists.delete(key);
  for (const { key } of plan.change.lists.upserted) lists.add(key);
  const { flags, segments, layers, holdouts } = plan;
  const known = { flag: flags, segment: segments, list: lists, layer: layers, holdout: holdouts };
  for (const reference of [...problems.references, ...staleReferences(plan)]) {
    const { kind, key, path } = reference;
    if (problems.unread[kind].has(key)) continue;
    if (!known[kind].has(key)) problems.add(path, `must be the key of a ${kind} of the snapshot`, key);
    else if (reference.variants !== undefined) checkVariants(reference, plan.flags.get(key)?.source, problems);
  }
  for (const kind of ['segment', 'flag'] as const) {
    if (plan.references[kind].size === 0) continue;
    const { cycles, tooDeep } = dependencyOrder(plan.references[kind].keys(), referredBy(kind, plan.references[kind]));
    const means = kind === 'flag' ? 'prerequisites' : 'segments';
    for (const cycle of cycles) problems.note(`${kind}s`, `${means} must not form a cycle, got ${cycle.join(' -> ')}`);
    for (const key of tooDeep) {
      const limits = `chain longer than ${CHAIN_LENGTH} or expand to more than ${EXPANSION} evaluations`;
      problems.add(`${kind}s`, `${means} must not ${limits}`, key);
    }
  }
  checkLayers(plan, problems);
}

function checkRemovals(before: CompiledItems, { change }: Plan, problems: Problems): void {
  for (const [plural, kind] of ITEM_KINDS) {
    change[plural].removed.forEach((key, index) => {
      if (!before[plural].has(key)) problems.add(`${plural}.removed[${index}]`, `must be the key of a ${kind}`, key);
    });
  }
}

function checkVariants({ key, path, variants = [] }: Reference, flag: Flag | undefined, problems: Problems): void {
  for (const variant of variants) {
    if (flag?.variants.some((each) => each.key === variant) === true) continue;
    problems.add(path, `must name variants of flag "${key}"`, variant);
  }
}

/** References of items that did not change to what did. */
function staleReferences({ flags, references, changed, holdouts }: Plan): readonly Reference[] {
  const stale: Reference[] = [];
  for (const kind of ['flag', 'segment'] as const) {
    for (const [key, ids] of references[kind]) {
      if (changed[kind].has(key)) continue;
      const path = `${kind}s[${JSON.stringify(key)}]`;
      for (const id of ids) if (changed[id.kind].has(id.key)) stale.push({ ...id, path });
      if (kind === 'segment') continue;
      for (const { flag, variants } of flags.get(key)?.source.prerequisites ?? []) {
        if (changed.flag.has(flag)) stale.push({ kind: 'flag', key: flag, variants, path: `${path}.prerequisites` });
      }
    }
  }
  for (const { key, layer } of holdouts.values()) {
    if (changed.layer.has(layer)) stale.push({ kind: 'layer', key: layer, path: `holdouts[${JSON.stringify(key)}]` });
  }
  return stale;
}
