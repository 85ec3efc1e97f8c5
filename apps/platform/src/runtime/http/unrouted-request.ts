import { DomainError } from '@sortition/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { readableFailure } from '../failure/readable-failure.js';
import { httpStatusOf, replyWithError } from './http-error.js';

/** Answers a request whose URL cannot be decoded, before there is a route that could. */
export function replyToUnreadableUrl(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const violations = [{ field: 'url', description: 'is not percent-encoded UTF-8' }];
  const message = 'The URL is not percent-encoded UTF-8.';
  return refuse(request, reply, new DomainError('invalid', 'INVALID_ARGUMENT', message, { violations }), 'PARSE_ERROR');
}

/** Answers a request whose path, or whose method at this path, is not served. */
export function replyToUnknownUrl(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { method, url } = request;
  const violations = [{ field: 'url', description: `"${url}" is not served` }];
  const message = `There is nothing at ${method} ${url}.`;
  return refuse(request, reply, new DomainError('not-found', 'RESOURCE_NOT_FOUND', message, { violations }), 'GENERAL');
}

/** In the platform's own form, or in that of OFREP where only its clients call. */
async function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  error: DomainError,
  ofrepCode: string,
): Promise<void> {
  if (request.raw.url?.startsWith('/ofrep/') !== true) return replyWithError(reply, error);
  await reply.code(httpStatusOf(error)).send({ errorCode: ofrepCode, errorDetails: readableFailure(error).message });
}
