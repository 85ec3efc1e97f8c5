import type { JsonValue } from '@sortition/kernel';

import type { CompiledItems } from '../compile/compile-scope.js';
import type { CompiledSnapshot } from '../compile/compiled-snapshot.js';
import type { ItemId, ItemKind } from '../compile/item-id.js';
import type { Members } from '../conditions/compile-condition.js';
import { equalsJson } from '../conditions/json-equality.js';

/**
 * Keys of the flags that may decide differently in `next`: new, gone, changed, or dependent on a segment, list, layer,
 * holdout or prerequisite that did. Sorted. Costs what was changed when `next` is `previous` with
 * one delta applied.
 */
export function changedFlags(previous: CompiledSnapshot, next: CompiledSnapshot): readonly string[] {
  const comparison = new Comparison(previous.items, next.items);
  return [...candidates(previous.items, next.items)].filter((key) => !comparison.isSame({ kind: 'flag', key })).sort();
}

/** All that differs lies among these. */
function candidates({ flags, origin }: CompiledItems, next: CompiledItems): ReadonlySet<string> {
  if (next.origin.before === origin.mark) return next.origin.changed;
  return new Set([...flags.keys(), ...next.flags.keys()]);
}

class Comparison {
  readonly #known = new Map<string, boolean>();

  constructor(
    private readonly before: CompiledItems,
    private readonly after: CompiledItems,
  ) {}

  isSame({ kind, key }: ItemId): boolean {
    const id = `${kind}:${key}`;
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const same = this.compare(kind, key);
    this.#known.set(id, same);
    return same;
  }

  private compare(kind: ItemKind, key: string): boolean {
    switch (kind) {
      case 'flag': {
        const [old, now] = [this.before.flags.get(key), this.after.flags.get(key)];
        if (old === now) return true;
        return isEqual(old?.source, now?.source) && this.areSame(now?.references);
      }
      case 'segment': {
        const [old, now] = [this.before.segments.get(key), this.after.segments.get(key)];
        return old === now || (isEqual(old?.condition, now?.condition) && this.areSame(now?.references));
      }
      case 'list': {
        const [old, now] = [this.before.lists.get(key), this.after.lists.get(key)];
        return old === now || isSameList(old, now);
      }
      case 'holdout': {
        const [old, now] = [this.before.holdouts.get(key), this.after.holdouts.get(key)];
        return isEqual(old, now) && (now === undefined || this.isSame({ kind: 'layer', key: now.layer }));
      }
      default:
        return isEqual(this.before.layers.get(key), this.after.layers.get(key));
    }
  }

  private areSame(references: readonly ItemId[] = []): boolean {
    return references.every((reference) => this.isSame(reference));
  }
}

/** Items of a snapshot are JSON, whatever their static type. */
function isEqual(before: object | undefined, after: object | undefined): boolean {
  if (before === after) return true;
  return before !== undefined && after !== undefined && equalsJson(before as JsonValue, after);
}

/** Packed lists do not give their ids back: two of them count as different unless they are one. */
function isSameList(before: Members | undefined, after: Members | undefined): boolean {
  if (!(before instanceof Set) || !(after instanceof Set) || before.size !== after.size) return false;
  for (const id of before) if (!after.has(id)) return false;
  return true;
}
