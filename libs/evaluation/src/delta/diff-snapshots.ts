import type { JsonValue } from '@sortition/kernel';

import { equalsJson } from '../conditions/json-equality.js';
import { SNAPSHOT_FORMAT, type ItemChanges, type Snapshot, type SnapshotDelta } from '../model/index.js';

/** The delta that turns `before` into `after`: items that are new or differ, and the keys of those that are gone. */
export function diffSnapshots(before: Snapshot, after: Snapshot): SnapshotDelta {
  return {
    format: SNAPSHOT_FORMAT,
    fromRevision: before.revision,
    revision: after.revision,
    flags: itemChanges(before.flags, after.flags),
    segments: itemChanges(before.segments, after.segments),
    lists: itemChanges(before.lists, after.lists),
    layers: itemChanges(before.layers, after.layers),
    holdouts: itemChanges(before.holdouts, after.holdouts),
  };
}

function itemChanges<T extends { readonly key: string }>(before: readonly T[], after: readonly T[]): ItemChanges<T> {
  const old = new Map(before.map((item) => [item.key, item]));
  const kept = new Set(after.map(({ key }) => key));
  return {
    upserted: after.filter((item) => !isSame(old.get(item.key), item)),
    removed: before.map(({ key }) => key).filter((key) => !kept.has(key)),
  };
}

/** Items of a snapshot are JSON, whatever their static type. */
function isSame(before: object | undefined, after: object): boolean {
  return before === after || (before !== undefined && equalsJson(before as JsonValue, after));
}
