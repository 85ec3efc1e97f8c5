import type { Steps } from '@sortition/kernel';

import { compileCondition } from '../conditions/compile-condition.js';
import type { Plan } from './changes.js';
import type { CompiledFlag } from '../evaluate/compiled-flag.js';
import { compileFlag } from './compile-flag.js';
import type { CompileKit } from './compile-kit.js';
import { CompileScope, type CompiledItems } from './compile-scope.js';
import type { ItemId } from './item-id.js';
import type { SharingMap } from './sharing-map.js';

const NONE: readonly never[] = Object.freeze([]);

/**
 * Compiles what a plan changes and what depends on it; everything else is taken over from before. What an item depends
 * on comes first; the plan has no cycles.
 */
export function* assemble(before: CompiledItems, plan: Plan, kit: CompileKit): Steps<CompiledItems> {
  const { change, changed, references } = plan;
  const items: CompiledItems = {
    // Those that are not compiled yet are compiled below.
    flags: plan.flags as SharingMap<CompiledFlag>,
    references: references.flag,
    segments: new Map(),
    lists: changed.list.size === 0 ? before.lists : new Map(before.lists),
    layers: plan.layers,
    holdouts: plan.holdouts,
    origin: { mark: {}, before: before.origin.mark, changed: changed.flag },
  };
  for (const key of change.lists.removed) items.lists.delete(key);
  for (const list of change.lists.upserted) {
    items.lists.set(list.key, kit.members(list));
    yield;
  }
  const scope = new CompileScope(items, kit);
  const isStale = (ids: readonly ItemId[]): boolean => ids.some(({ kind, key }) => changed[kind].has(key));
  const addSegment = (key: string): void => {
    const condition = plan.segments.get(key);
    if (condition === undefined || items.segments.has(key)) return;
    const ids = references.segment.get(key) ?? NONE;
    for (const id of ids) if (id.kind === 'segment') addSegment(id.key);
    const known = changed.segment.has(key) || isStale(ids) ? undefined : before.segments.get(key);
    if (known === undefined) changed.segment.add(key);
    items.segments.set(key, known ?? { condition, test: compileCondition(condition, scope), references: ids });
  };
  const added = new Set<string>();
  const addFlag = (key: string): void => {
    const flag = plan.flags.get(key)?.source;
    if (flag === undefined || added.has(key)) return;
    added.add(key);
    const ids = references.flag.get(key) ?? NONE;
    for (const id of ids) if (id.kind === 'flag') addFlag(id.key);
    if (!changed.flag.has(key) && !isStale(ids)) return;
    changed.flag.add(key);
    items.flags.set(key, compileFlag(flag, ids, scope));
  };
  for (const key of plan.segments.keys()) addSegment(key);
  // All others stay as they are: they did not change and refer to nothing that could have.
  for (const { key } of change.flags.upserted) {
    addFlag(key);
    yield;
  }
  for (const key of references.flag.keys()) addFlag(key);
  return items;
}
