import { createHash } from 'node:crypto';

import { canonicalJson, ITEM_KINDS, type ItemKind } from '@sortition/declaration';
import { SNAPSHOT_FORMAT } from '@sortition/evaluation';

interface Item {
  /** Canonical. */
  readonly json: string;
  readonly digest: Buffer;
}

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
  private readonly byKind: Readonly<Record<ItemKind, Map<string, Item>>> = {
    flags: new Map(),
    segments: new Map(),
    layers: new Map(),
  };
  /** Keys in order of code units, made when they are asked for. */
  private readonly sortedKeys = new Map<ItemKind, readonly string[]>();

  /** @param state a snapshot; undefined: nothing was published yet. */
  constructor(state: Readonly<Record<ItemKind, readonly { readonly key: string }[]>> | undefined) {
    for (const kind of ITEM_KINDS)
      for (const item of state?.[kind] ?? []) this.put(kind, { key: item.key, json: canonicalJson(item) });
  }

  /** The item's canonical JSON when it is not what was published; undefined when it is. */
  difference(kind: ItemKind, item: { readonly key: string }): ItemText | undefined {
    const json = canonicalJson(item);
    return this.byKind[kind].get(item.key)?.json === json ? undefined : { key: item.key, json };
  }

  put(kind: ItemKind, { key, json }: ItemText): void {
    if (!this.byKind[kind].has(key)) this.sortedKeys.delete(kind);
    this.byKind[kind].set(key, { json, digest: createHash('sha256').update(json).digest() });
  }

  remove(kind: ItemKind, key: string): void {
    this.byKind[kind].delete(key);
    this.sortedKeys.delete(kind);
  }

  /**
   * Hash of the state that the items are with a header: lower-case hexadecimal SHA-256 of the canonical JSON of
   * `{"format", "organization", "project", "environment", "revision", "items": {kind: count}}`, followed by the SHA-256
   * of each item's canonical JSON, kinds in the order flags, segments, layers, items ordered by key.
   */
  contentHash(header: StateHeader): string {
    const counts = Object.fromEntries(ITEM_KINDS.map((kind) => [kind, this.byKind[kind].size]));
    const hash = createHash('sha256').update(canonicalJson({ ...header, format: SNAPSHOT_FORMAT, items: counts }));
    for (const kind of ITEM_KINDS) {
      const digests = this.keysOf(kind).flatMap((key) => this.byKind[kind].get(key)?.digest ?? []);
      hash.update(Buffer.concat(digests));
    }
    return hash.digest('hex');
  }

  /** Canonical JSON of the whole state. Costs all of it. */
  wholeJson(header: StateHeader): string {
    const items = Object.fromEntries(ITEM_KINDS.map((kind) => [kind, this.jsonOf(kind)]));
    const rest = { ...header, format: SNAPSHOT_FORMAT, lists: [], holdouts: [] };
    const texts = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, JSON.stringify(value)]));
    const members = Object.entries({ ...texts, ...items }).sort(([one], [other]) => (one < other ? -1 : 1));
    return `{${members.map(([name, json]) => `"${name}":${json}`).join(',')}}`;
  }

  private jsonOf(kind: ItemKind): string {
    return `[${this.keysOf(kind)
      .map((key) => this.byKind[kind].get(key)?.json ?? '')
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
