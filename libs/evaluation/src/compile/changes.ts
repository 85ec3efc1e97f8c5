import type { Condition, Flag, Holdout, ItemChanges, Layer, Snapshot } from '../model/index.js';
import type { CompiledItems } from './compile-scope.js';
import type { ItemId, ItemKind, ItemsChange } from './item-id.js';
import { referencesOfCondition, referencesOfFlag } from './references.js';

/** Everything after a change, not compiled yet, and what has changed. */
export interface Plan {
  readonly change: ItemsChange;
  readonly flags: FlagsAfter;
  readonly segments: ReadonlyMap<string, Condition>;
  readonly layers: Map<string, Layer>;
  readonly holdouts: Map<string, Holdout>;
  /** Keys of what is new, different or gone. Grows with what depends on it while it is compiled. */
  readonly changed: Readonly<Record<ItemKind, Set<string>>>;
  /** What flags and segments refer to; those that refer to nothing are left out. */
  readonly references: Readonly<Record<'flag' | 'segment', ReadonlyMap<string, readonly ItemId[]>>>;
}

/** The flags by key after a change. Those that stay are not copied: most changes touch one flag of many. */
export class FlagsAfter {
  readonly #upserted = new Map<string, Flag>();

  constructor(
    private readonly before: CompiledItems['flags'],
    private readonly changed: ReadonlySet<string>,
    upserted: readonly Flag[],
  ) {
    for (const flag of upserted) this.#upserted.set(flag.key, flag);
  }

  get(key: string): Flag | undefined {
    return this.#upserted.get(key) ?? (this.changed.has(key) ? undefined : this.before.get(key)?.source);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }
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

/** Works out what a change comes to. Compiles nothing and changes nothing. */
export function planChange(before: CompiledItems, change: ItemsChange): Plan {
  const changed = {
    flag: keysOf(change.flags),
    segment: keysOf(change.segments),
    list: keysOf(change.lists),
    layer: keysOf(change.layers),
    holdout: keysOf(change.holdouts),
  };
  const references = { flag: new Map<string, readonly ItemId[]>(), segment: new Map<string, readonly ItemId[]>() };
  const note = (kind: 'flag' | 'segment', key: string, ids: readonly ItemId[]): void => {
    if (ids.length > 0) references[kind].set(key, ids);
  };
  const flags = new FlagsAfter(before.flags, new Set(changed.flag), change.flags.upserted);
  const segments = new Map<string, Condition>();
  for (const [key, flag] of before.flags) {
    if (flag.references.length > 0 && !changed.flag.has(key)) note('flag', key, flag.references);
  }
  for (const flag of change.flags.upserted) note('flag', flag.key, referencesOfFlag(flag));
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

function keysOf({ upserted, removed }: ItemChanges<{ readonly key: string }>): Set<string> {
  const keys = new Set(removed);
  for (const { key } of upserted) keys.add(key);
  return keys;
}

function withChanges<T extends { readonly key: string }>(
  before: ReadonlyMap<string, T>,
  { upserted, removed }: ItemChanges<T>,
): Map<string, T> {
  const after = new Map(before);
  for (const key of removed) after.delete(key);
  for (const item of upserted) after.set(item.key, item);
  return after;
}
