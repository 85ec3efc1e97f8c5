import type { Steps } from '@sortition/kernel';

import type { CompiledFlag } from '../evaluate/compiled-flag.js';
import type { Condition, Holdout, ItemChanges, Layer, Snapshot } from '../model/index.js';
import type { CompiledItems } from './compile-scope.js';
import type { ItemId, ItemKind, ItemsChange } from './item-id.js';
import { referencesOfCondition, referencesOfFlag } from './references.js';
import type { Problems } from '../parse/problems.js';
import type { SharingMap } from './sharing-map.js';

/** Everything after a change, not compiled yet, and what has changed. */
export interface Plan {
  readonly change: ItemsChange;
  readonly flags: SharingMap<Pick<CompiledFlag, 'source'>>;
  readonly segments: ReadonlyMap<string, Condition>;
  readonly layers: ReadonlyMap<string, Layer>;
  readonly holdouts: ReadonlyMap<string, Holdout>;
  /** Keys of what is new, different or gone. Grows with what depends on it while it is compiled. */
  readonly changed: Readonly<Record<ItemKind, Set<string>>>;
  /** What flags and segments refer to; those that refer to nothing are left out. */
  readonly references: Readonly<Record<'flag' | 'segment', ReadonlyMap<string, readonly ItemId[]>>>;
}

/** A whole snapshot as the change to nothing that it is. */
export function wholeChange({
  flags,
  segments,
  lists,
  layers,
  holdouts,
}: Pick<Snapshot, keyof ItemsChange>): ItemsChange {
  return {
    flags: added(flags),
    segments: added(segments),
    lists: added(lists),
    layers: added(layers),
    holdouts: added(holdouts),
  };
}

function added<T>(upserted: readonly T[]): ItemChanges<T> {
  return { upserted, removed: [] };
}

/** Works out what a change comes to, without the items that cannot be read. Compiles nothing and changes nothing. */
export function* planChange(before: CompiledItems, change: ItemsChange, unread?: Problems['unread']): Steps<Plan> {
  const changed = {
    flag: keysOf(change.flags, unread?.flag),
    segment: keysOf(change.segments, unread?.segment),
    list: keysOf(change.lists, unread?.list),
    layer: keysOf(change.layers, unread?.layer),
    holdout: keysOf(change.holdouts, unread?.holdout),
  };
  const references = { flag: new Map<string, readonly ItemId[]>(), segment: new Map<string, readonly ItemId[]>() };
  const note = (kind: 'flag' | 'segment', key: string, ids: readonly ItemId[]): void => {
    if (ids.length > 0) references[kind].set(key, ids);
  };
  const flags: Plan['flags'] = before.flags.copy();
  for (const key of changed.flag) flags.delete(key);
  const segments = new Map<string, Condition>();
  for (const [key, ids] of before.references) if (!changed.flag.has(key)) note('flag', key, ids);
  for (const flag of change.flags.upserted) {
    flags.set(flag.key, { source: flag });
    note('flag', flag.key, referencesOfFlag(flag));
    yield;
  }
  for (const [key, segment] of before.segments) {
    if (changed.segment.has(key)) continue;
    segments.set(key, segment.condition);
    note('segment', key, segment.references);
  }
  for (const { key, condition } of change.segments.upserted) {
    segments.set(key, condition);
    note('segment', key, referencesOfCondition(condition));
  }
  const layers = withChanges(before.layers, change.layers);
  const holdouts = withChanges(before.holdouts, change.holdouts);
  for (const { key, layer } of holdouts.values()) if (changed.layer.has(layer)) changed.holdout.add(key);
  return { change, flags, segments, layers, holdouts, changed, references };
}

function keysOf(
  { upserted, removed }: ItemChanges<{ readonly key: string }>,
  unread: ReadonlySet<string> = new Set(),
): Set<string> {
  const keys = new Set([...removed, ...unread]);
  for (const { key } of upserted) keys.add(key);
  return keys;
}

function withChanges<T extends { readonly key: string }>(
  before: ReadonlyMap<string, T>,
  { upserted, removed }: ItemChanges<T>,
): ReadonlyMap<string, T> {
  if (upserted.length + removed.length === 0) return before;
  const after = new Map(before);
  for (const key of removed) after.delete(key);
  for (const item of upserted) after.set(item.key, item);
  return after;
}
