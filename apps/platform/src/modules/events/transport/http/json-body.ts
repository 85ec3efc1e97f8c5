import { isUtf8 } from 'node:buffer';

import { DomainError } from '@sortition/kernel';
import type { FastifyInstance } from 'fastify';

/** `text/plain` is what `navigator.sendBeacon` and forms can send; the content is JSON all the same. */
const CONTENT_TYPES = ['application/json', 'text/plain'];

/** A body as it was sent, and the value that it stands for. */
export interface JsonBody {
  readonly text: string;
  readonly value: unknown;
}

/** Lets the routes of a scope read JSON in UTF-8, each body as a {@link JsonBody}, and refuse every other type. */
export function readJsonBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(CONTENT_TYPES, { parseAs: 'buffer' }, (_request, bytes: Buffer, done) => {
    try {
      done(null, jsonBodyOf(bytes));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** @throws DomainError INVALID_ARGUMENT for what is not UTF-8 or not JSON. */
function jsonBodyOf(bytes: Buffer): JsonBody {
  if (!isUtf8(bytes)) throw unreadable('is not UTF-8');
  const text = bytes.toString('utf8');
  try {
    return { text, value: text === '' ? undefined : JSON.parse(text) };
  } catch (cause) {
    throw unreadable(`is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
}

function unreadable(description: string, cause?: unknown): DomainError {
  return new DomainError('invalid', 'INVALID_ARGUMENT', `body ${description}.`, {
    cause,
    violations: [{ field: 'body', description }],
  });
}
