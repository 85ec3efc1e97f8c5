import { DomainError, type ErrorCode } from '@sortition/kernel';
import type { FastifyReply } from 'fastify';

import { readableFailure } from '../../../../runtime/failure/readable-failure.js';
import { httpStatusOf, retryAfterSeconds } from '../../../../runtime/http/http-error.js';
import type { OfrepAnswer } from './ofrep-answers.js';

export const JSON_TYPE = 'application/json; charset=utf-8';

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

/** A failure as OFREP's clients read it; undefined for one that the caller cannot act on, of which nobody is told more. */
export function ofrepFailure(error: unknown, key?: string): OfrepAnswer | undefined {
  if (error instanceof DomainError) {
    const retryAfter = retryAfterSeconds(error);
    return {
      status: httpStatusOf(error),
      body: bodyOf(ERROR_CODES[error.code] ?? 'GENERAL', readableFailure(error).message, key),
      ...(retryAfter !== undefined && { headers: { 'Retry-After': String(retryAfter) } }),
    };
  }
  const status = refusalStatus(error);
  if (status === undefined) return undefined;
  const message = error instanceof Error ? error.message : 'The request cannot be read.';
  return { status, body: bodyOf(status === 413 ? 'GENERAL' : 'PARSE_ERROR', message, key) };
}

/** The answer to a request that failed for a reason of ours. */
export const OFREP_INTERNAL_ERROR: OfrepAnswer = {
  status: 500,
  body: JSON.stringify({ errorDetails: 'Internal error.' } satisfies OfrepErrorBody),
};

/** Answers with a failure as OFREP's clients read it. What the caller cannot act on is logged and stays opaque. */
export function replyWithOfrepError(reply: FastifyReply, error: unknown, key?: string): void {
  const failure = ofrepFailure(error, key);
  if (!failure) reply.log.error({ err: error }, 'unexpected failure of an OFREP request');
  replyWith(reply, failure ?? OFREP_INTERNAL_ERROR);
}

/** Sends an answer as text, and does not await it: a reply that is awaited listens for the end of its socket. */
export function replyWith(reply: FastifyReply, { status, headers, body }: OfrepAnswer): void {
  void reply.code(status);
  if (headers) void reply.headers(headers);
  void (body === undefined ? reply.send() : reply.header('Content-Type', JSON_TYPE).send(body));
}

function bodyOf(errorCode: string, errorDetails: string, key: string | undefined): string {
  return JSON.stringify({ ...(key !== undefined && { key }), errorCode, errorDetails } satisfies OfrepErrorBody);
}

/** Status of refusals before anything is evaluated: too large, or not readable. */
function refusalStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  if (error.statusCode === 413) return 413;
  return error.statusCode === 400 || error.statusCode === 415 ? 400 : undefined;
}
