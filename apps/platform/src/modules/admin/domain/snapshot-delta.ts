import { SNAPSHOT_FORMAT, type ItemChanges, type Snapshot, type SnapshotDelta } from '@sortition/evaluation';

import { canonicalJson } from './canonical-json.js';

/** What leads from one snapshot of an environment to a later one. */
export function deltaBetween(before: Snapshot, after: Snapshot): SnapshotDelta {
  return {
    format: SNAPSHOT_FORMAT,
    fromRevision: before.revision,
    revision: after.revision,
    flags: changesBetween(before.flags, after.flags),
    segments: changesBetween(before.segments, after.segments),
    lists: changesBetween(before.lists, after.lists),
    layers: changesBetween(before.layers, after.layers),
    holdouts: changesBetween(before.holdouts, after.holdouts),
  };
}

function changesBetween<T extends { readonly key: string }>(before: readonly T[], after: readonly T[]): ItemChanges<T> {
  const previous = new Map(before.map((item) => [item.key, canonicalJson(item)]));
  const kept = new Set(after.map(({ key }) => key));
  return {
    upserted: after.filter((item) => previous.get(item.key) !== canonicalJson(item)),
    removed: before.map(({ key }) => key).filter((key) => !kept.has(key)),
  };
}
