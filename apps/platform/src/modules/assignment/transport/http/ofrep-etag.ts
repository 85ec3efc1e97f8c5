import { createHash } from 'node:crypto';

import type { OfrepContext } from './ofrep-context.js';

export interface EtagInput {
  /** Hash of the flags' state. */
  readonly contentHash: string;
  readonly context: OfrepContext;
  /** Public part of the credential. */
  readonly keySelector: string;
  /** The answer itself, since rules may depend on time. */
  readonly body: string;
}

/** Entity tag of a bulk evaluation: it changes with the rules, the context, the credential and the answer. */
export function ofrepEtag({ contentHash, context, keySelector, body }: EtagInput): string {
  const hash = createHash('sha256');
  for (const part of [contentHash, keySelector, JSON.stringify(context ?? {}), body]) {
    hash.update(`${String(part.length)}:`).update(part);
  }
  return `"${hash.digest('base64url')}"`;
}

/** Whether a request's `If-None-Match` names the tag; weak tags compare like strong ones (RFC 9110, 13.1.2). */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag);
}
