/** An environment's state as published. */
export interface PublishedSnapshot {
  readonly environmentId: string;
  readonly revision: number;
  /**
   * Names the state: whoever holds the revision has the same. Lower-case hexadecimal SHA-256, of `json` when the state
   * was published as a whole; when it was published as a change, of the hash before, a line feed and the change.
   */
  readonly contentHash: string;
  /** UTF-8 canonical JSON of `Snapshot` (@sortition/evaluation). */
  readonly json: string;
}

/** The change between two published revisions. */
export interface PublishedDelta {
  readonly environmentId: string;
  readonly fromRevision: number;
  readonly revision: number;
  /** Hash of the state after the change. */
  readonly contentHash: string;
  /** UTF-8 canonical JSON of `SnapshotDelta` (@sortition/evaluation). */
  readonly json: string;
}

/** A revision to publish: as a change, as a whole state, or as both. The first one has no change. */
export interface PublishedStep {
  readonly environmentId: string;
  readonly revision: number;
  readonly contentHash: string;
  /** From the revision before. */
  readonly deltaJson: string | undefined;
  /** Undefined: the state is the last whole one with the changes since. */
  readonly wholeJson: string | undefined;
}

/** A published state, and how far back the last whole one lies. */
export interface StoredSnapshot extends PublishedSnapshot {
  /** Revision of the state that is stored as a whole; the changes since are stored one by one. */
  readonly wholeRevision: number;
}
