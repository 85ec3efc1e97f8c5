import { DomainError, type ErrorCode } from '@sortition/kernel';
import type { FastifyReply } from 'fastify';

import { readableFailure } from '../../../../runtime/failure/readable-failure.js';
import { httpStatusOf, retryAfterSeconds } from '../../../../runtime/http/http-error.js';

/** A failure in the protocol's own form; with `key` when the request named a flag. */
export interface OfrepErrorBody {
  readonly key?: string;
  readonly errorCode?: string;
  readonly errorDetails: string;
}

/** The protocol's codes for failures of whole requests; others have none of their own. */
const ERROR_CODES: Partial<Record<ErrorCode, string>> = {
  FLAG_NOT_FOUND: 'FLAG_NOT_FOUND',
  INVALID_ARGUMENT: 'INVALID_CONTEXT',
  TARGETING_KEY_MISSING: 'TARGETING_KEY_MISSING',
};

/** A body that cannot be read, found before Fastify's own checks. */
export class OfrepParseError extends Error {
  readonly statusCode = 400;
}

/** Answers with a failure as OFREP's clients read it. What the caller cannot act on is logged and stays opaque. */
export async function replyWithOfrepError(reply: FastifyReply, error: unknown, key?: string): Promise<void> {
  if (error instanceof DomainError) {
    const retryAfter = retryAfterSeconds(error);
    if (retryAfter !== undefined) reply.header('Retry-After', String(retryAfter));
    await reply
      .code(httpStatusOf(error))
      .send(bodyOf(ERROR_CODES[error.code] ?? 'GENERAL', readableFailure(error).message, key));
    return;
  }
  const status = refusalStatus(error);
  if (status === undefined) {
    reply.log.error({ err: error }, 'unexpected failure of an OFREP request');
    await reply.code(500).send({ errorDetails: 'Internal error.' } satisfies OfrepErrorBody);
    return;
  }
  const message = error instanceof Error ? error.message : 'The request cannot be read.';
  await reply.code(status).send(bodyOf(status === 413 ? 'GENERAL' : 'PARSE_ERROR', message, key));
}

function bodyOf(errorCode: string, errorDetails: string, key: string | undefined): OfrepErrorBody {
  return { ...(key !== undefined && { key }), errorCode, errorDetails };
}

/** Status of Fastify's own refusals: too large, or not readable. */
function refusalStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  if (error.statusCode === 413) return 413;
  return error.statusCode === 400 || error.statusCode === 415 ? 400 : undefined;
}
