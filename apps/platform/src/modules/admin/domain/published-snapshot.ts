/** An environment's state as published: the JSON is the contract, byte for byte what the hash covers. */
export interface PublishedSnapshot {
  readonly environmentId: string;
  readonly revision: number;
  /** Lower-case hexadecimal SHA-256 of `json`. */
  readonly contentHash: string;
  /** UTF-8 JSON of `Snapshot` (@sortition/evaluation). */
  readonly json: string;
}

/** The change between two published revisions. */
export interface PublishedDelta {
  readonly environmentId: string;
  readonly fromRevision: number;
  readonly revision: number;
  /** Hash of the state after the change. */
  readonly contentHash: string;
  /** UTF-8 JSON of `SnapshotDelta` (@sortition/evaluation). */
  readonly json: string;
}
