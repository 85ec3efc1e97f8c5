import { createHash } from 'node:crypto';

import { DomainError } from '@sortition/kernel';
import { canonicalJson, invalidArgument } from '@sortition/declaration';

import type { AdminSession } from './admin-database.js';

const REQUEST_ID_LENGTH = 64;

/** A creation that may be sent again. */
export interface Creation {
  /** Empty: the creation is not repeatable. */
  readonly requestId: string;
  /** Everything that the caller asked for; the same id with other content is refused. */
  readonly content: unknown;
}

/**
 * Runs a creation once per request id, in the transaction of the session: a repetition gets the first result.
 * Times of a repeated result are revived from `createdAt` and `updatedAt`.
 *
 * @throws DomainError REQUEST_ID_REUSED, INVALID_ARGUMENT for an id that is too long.
 */
export async function createOnce<T extends { readonly createdAt: Date }>(
  session: AdminSession,
  { requestId, content }: Creation,
  create: () => Promise<T>,
): Promise<T> {
  if (requestId === '') return create();
  if (requestId.length > REQUEST_ID_LENGTH || requestId.includes('\u0000')) {
    throw invalidArgument('request_id', requestId, `must be at most ${REQUEST_ID_LENGTH} characters without NUL`);
  }
  const contentHash = createHash('sha256').update(canonicalJson(content)).digest('hex');
  const remembered = await session.requests.reserve(requestId, contentHash);
  if (!remembered) {
    const created = await create();
    await session.requests.remember(requestId, JSON.stringify(created));
    return created;
  }
  // Equal content was created by the same use case, so the result has its type.
  if (remembered.contentHash === contentHash) return revived(remembered.result) as T;
  throw new DomainError(
    'already-exists',
    'REQUEST_ID_REUSED',
    `request_id "${requestId}" was used for a different request.`,
    { violations: [{ field: 'request_id', description: `was used for a different request, got "${requestId}"` }] },
  );
}

/** Times are text in JSON. */
function revived(json: string): unknown {
  const result = JSON.parse(json) as Record<string, unknown>;
  for (const name of ['createdAt', 'updatedAt']) {
    const time = result[name];
    if (typeof time === 'string') result[name] = new Date(time);
  }
  return result;
}
