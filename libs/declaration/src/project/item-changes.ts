import type { Flag, Layer, Segment } from '@sortition/evaluation';
import type { Steps } from '@sortition/kernel';

import { buildItem, type ItemKind, type ItemTarget } from './build-snapshot.js';
import type { ProjectState } from './project-state.js';
import type { TouchedItems } from './touched-items.js';

/** Items of one kind that are there after a change, and keys of those that are gone. */
export interface KindChanges {
  readonly upserted: readonly (Flag | Segment | Layer)[];
  readonly removed: readonly string[];
}

/** What touched items have become, by kind. */
export type ItemChanges = Readonly<Record<ItemKind, KindChanges>>;

/** Builds the touched items, one in a step. One that cannot be built was there before, since only a removal touches what is not. */
export function* itemChanges(state: ProjectState, touched: TouchedItems, target: ItemTarget): Steps<ItemChanges> {
  const changesOf = function* (kind: ItemKind): Steps<KindChanges> {
    const upserted: (Flag | Segment | Layer)[] = [];
    const removed: string[] = [];
    for (const key of [...touched[kind]].sort()) {
      const item = buildItem(state, kind, key, target);
      if (item) upserted.push(item);
      else removed.push(key);
      yield;
    }
    return { upserted, removed };
  };
  return {
    flags: yield* changesOf('flags'),
    segments: yield* changesOf('segments'),
    layers: yield* changesOf('layers'),
  };
}
