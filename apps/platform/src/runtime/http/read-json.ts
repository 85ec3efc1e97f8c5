import { isUtf8 } from 'node:buffer';

import parse from 'secure-json-parse';

/** A body that is no JSON, or none that is read. */
export class UnreadableBody extends Error {
  readonly statusCode = 400;
}

/**
 * Reads a body as JSON; an empty one as undefined.
 *
 * @throws UnreadableBody when it is not UTF-8, no JSON, or names `__proto__` or `constructor.prototype`.
 */
export function readJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw new UnreadableBody('The body is not UTF-8.');
  try {
    return parse(body.toString('utf8'));
  } catch (error) {
    throw new UnreadableBody('The body is no valid JSON.', { cause: error });
  }
}
