const HASH_DIGITS = 8;

/** Names one state of an environment in event streams. The same state has the same id at every process. */
export function eventStreamId(revision: number, contentHash: string): string {
  return `${String(revision)}-${contentHash.slice(0, HASH_DIGITS)}`;
}

/** The revision that an id names; 0 for anything else. */
export function revisionOfEventStreamId(id: string | undefined): number {
  const digits = /^(\d{1,15})-[0-9a-f]{8}$/.exec(id ?? '')?.[1];
  return digits === undefined ? 0 : Number(digits);
}
