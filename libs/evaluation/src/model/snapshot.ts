import type { Condition } from './condition.js';
import type { BucketRange, Flag } from './flag.js';

/** Version of the snapshot's JSON form. A reader refuses a version that it does not know. */
export const SNAPSHOT_FORMAT = 1;

/** One environment's complete, self-contained, immutable state. */
export interface Snapshot {
  readonly format: typeof SNAPSHOT_FORMAT;
  readonly organization: string;
  readonly project: string;
  readonly environment: string;
  /** Increases by at least one with every change of the environment. */
  readonly revision: number;
  readonly flags: readonly Flag[];
  readonly segments: readonly Segment[];
  readonly lists: readonly MembershipList[];
  readonly layers: readonly Layer[];
  readonly holdouts: readonly Holdout[];
}

/** A reusable targeting expression. */
export interface Segment {
  readonly key: string;
  readonly condition: Condition;
}

/** Exact membership of ids. Large lists are delivered apart and referenced by content hash. */
export interface MembershipList {
  readonly key: string;
  readonly ids: readonly string[];
}

/** A space of 1,000,000 buckets in which exclusive experiments hold disjoint ranges. */
export interface Layer {
  readonly key: string;
  readonly salt: string;
}

/** Units kept out of the experiments that name it. */
export interface Holdout {
  readonly key: string;
  readonly layer: string;
  readonly ranges: readonly BucketRange[];
}

/** The change from one revision to a later one. Applying it to `fromRevision` gives `revision` exactly. */
export interface SnapshotDelta {
  readonly format: typeof SNAPSHOT_FORMAT;
  readonly fromRevision: number;
  readonly revision: number;
  readonly flags: ItemChanges<Flag>;
  readonly segments: ItemChanges<Segment>;
  readonly lists: ItemChanges<MembershipList>;
  readonly layers: ItemChanges<Layer>;
  readonly holdouts: ItemChanges<Holdout>;
}

/** Changed or new items whole; removed ones by key. Items have no order between keys. */
export interface ItemChanges<T> {
  readonly upserted: readonly T[];
  readonly removed: readonly string[];
}
