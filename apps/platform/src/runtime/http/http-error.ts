import { DomainError, type ErrorKind } from '@sortition/kernel';
import type { FastifyReply } from 'fastify';

import { readableFailure } from '../failure/readable-failure.js';

const HTTP_STATUS_BY_KIND = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'already-exists': 409,
  conflict: 409,
  'failed-precondition': 412,
  'too-large': 413,
  exhausted: 429,
  unavailable: 503,
} as const satisfies Record<ErrorKind, number>;

/** The HTTP form of every failure. */
export interface HttpErrorBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly violations?: readonly { readonly field: string; readonly description: string }[];
  };
}

export function httpStatusOf(error: DomainError): number {
  return HTTP_STATUS_BY_KIND[error.kind];
}

/** `Retry-After` in whole seconds, at least 1; undefined when the failure does not say. */
export function retryAfterSeconds(error: DomainError): number | undefined {
  return error.retryAfterMs === undefined ? undefined : Math.max(1, Math.ceil(error.retryAfterMs / 1_000));
}

/** Answers with the HTTP form of a failure. What is no DomainError is logged and stays opaque. */
export async function replyWithError(reply: FastifyReply, error: unknown): Promise<void> {
  const domainError = asDomainError(error);
  if (!domainError) {
    reply.log.error({ err: error }, 'unexpected failure of an HTTP request');
    const body: HttpErrorBody = { error: { code: 'INTERNAL', message: 'Internal error.' } };
    await reply.code(500).send(body);
    return;
  }
  const failure = readableFailure(domainError);
  const retryAfter = retryAfterSeconds(failure);
  if (retryAfter !== undefined) reply.header('Retry-After', String(retryAfter));
  const body: HttpErrorBody = {
    error: {
      code: failure.code,
      message: failure.message,
      ...(failure.violations.length > 0 && { violations: failure.violations }),
    },
  };
  await reply.code(isOfUnknownType(error) ? 415 : httpStatusOf(failure)).send(body);
}

/** Whether the body is of a type that the route does not read. */
function isOfUnknownType(error: unknown): boolean {
  return error instanceof Error && 'statusCode' in error && error.statusCode === 415;
}

/** Fastify's own refusals (body too large, malformed JSON, unknown content type) as domain errors. */
function asDomainError(error: unknown): DomainError | undefined {
  if (error instanceof DomainError) return error;
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  switch (error.statusCode) {
    case 413:
      return new DomainError('too-large', 'MESSAGE_TOO_LARGE', `The body is too large: ${error.message}.`, {
        violations: [{ field: 'body', description: error.message }],
      });
    case 400:
    case 415:
      return new DomainError('invalid', 'INVALID_ARGUMENT', `The body cannot be read: ${error.message}.`, {
        violations: [{ field: 'body', description: error.message }],
      });
    default:
      return undefined;
  }
}
