import { createHash } from 'node:crypto';

export interface EtagInput {
  /** Hash of the flags' state. */
  readonly contentHash: string;
  readonly revision: number;
  /** Public part of the credential. */
  readonly keySelector: string;
  /** One for each flag of the answer, in its order. */
  readonly digests: readonly string[];
  /** What the answer says beside its flags. */
  readonly rest: string;
}

/**
 * Entity tag of a bulk evaluation. Contexts, rules and credentials that lead to the same answer share it; no two answers
 * do.
 */
export function ofrepEtag({ contentHash, revision, keySelector, digests, rest }: EtagInput): string {
  const parts = [contentHash, String(revision), keySelector, String(digests.length), ...digests, rest];
  return `"${createHash('sha256').update(parts.join('\n')).digest('base64url')}"`;
}

/** Whether a request's `If-None-Match` names the tag; weak tags compare like strong ones (RFC 9110, 13.1.2). */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag);
}
