const HASH_DIGITS = 8;

/** One state of an environment as event streams name it. */
export interface EventStreamState {
  /** The same at every process. */
  readonly id: string;
  readonly revision: number;
}

/** What the client evaluated last, as far as it says. */
export interface KnownState {
  /** What it heard last on an earlier connection. */
  readonly lastEventId?: string | undefined;
  /** `metadata.version` of its last bulk evaluation. */
  readonly revision?: number | undefined;
}

export function eventStreamState(revision: number, contentHash: string): EventStreamState {
  return { id: `${String(revision)}-${contentHash.slice(0, HASH_DIGITS)}`, revision };
}

/** The revision that an id names; 0 for anything else. */
export function revisionOfEventStreamId(id: string | undefined): number {
  const digits = /^(\d{1,15})-[0-9a-f]{8}$/.exec(id ?? '')?.[1];
  return digits === undefined ? 0 : Number(digits);
}
