import { canonicalJson, ITEM_KINDS, type ItemKind } from '@sortition/declaration';
import { SNAPSHOT_FORMAT } from '@sortition/evaluation';
import type { Steps } from '@sortition/kernel';

/** An item as text. */
export interface ItemText {
  readonly key: string;
  /** Canonical. */
  readonly json: string;
}

/** What names a state beside its items. */
export interface StateHeader {
  readonly organization: string;
  readonly project: string;
  readonly environment: string;
  readonly revision: number;
}

/**
 * The items of an environment as they were published, each as text, so that a change costs what changed: the rest is
 * neither built, compared nor written again.
 */
export class PublishedItems {
  private readonly byKind: Readonly<Record<ItemKind, Map<string, string>>> = {
    flags: new Map(),
    segments: new Map(),
    layers: new Map(),
  };
  /** Keys in order of code units, made when they are asked for. */
  private readonly sortedKeys = new Map<ItemKind, readonly string[]>();

  /** @param state a snapshot; undefined: nothing was published yet. */
  static *of(
    state: Readonly<Record<ItemKind, readonly { readonly key: string }[]>> | undefined,
  ): Steps<PublishedItems> {
    const items = new PublishedItems();
    for (const kind of ITEM_KINDS) {
      for (const item of state?.[kind] ?? []) {
        items.put(kind, { key: item.key, json: canonicalJson(item) });
        yield;
      }
    }
    return items;
  }

  /** The item's canonical JSON when it is not what was published; undefined when it is. */
  difference(kind: ItemKind, item: { readonly key: string }): ItemText | undefined {
    const json = canonicalJson(item);
    return this.byKind[kind].get(item.key) === json ? undefined : { key: item.key, json };
  }

  put(kind: ItemKind, { key, json }: ItemText): void {
    if (!this.byKind[kind].has(key)) this.sortedKeys.delete(kind);
    this.byKind[kind].set(key, json);
  }

  remove(kind: ItemKind, key: string): void {
    this.byKind[kind].delete(key);
    this.sortedKeys.delete(kind);
  }

  /** Canonical JSON of the whole state: items are joined, not written again. */
  wholeJson(header: StateHeader): string {
    const items = Object.fromEntries(ITEM_KINDS.map((kind) => [kind, this.jsonOf(kind)]));
    const rest = { ...header, format: SNAPSHOT_FORMAT, lists: [], holdouts: [] };
    const texts = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, JSON.stringify(value)]));
    const members = Object.entries({ ...texts, ...items }).sort(([one], [other]) => (one < other ? -1 : 1));
    return `{${members.map(([name, json]) => `"${name}":${json}`).join(',')}}`;
  }

  private jsonOf(kind: ItemKind): string {
    return `[${this.keysOf(kind)
      .map((key) => this.byKind[kind].get(key) ?? '')
      .join(',')}]`;
  }

  private keysOf(kind: ItemKind): readonly string[] {
    const known = this.sortedKeys.get(kind);
    if (known) return known;
    const sorted = [...this.byKind[kind].keys()].sort();
    this.sortedKeys.set(kind, sorted);
    return sorted;
  }
}
