import { DomainError } from '@sortition/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { replyWithError } from './http-error.js';

/**
 * Answers a request whose URL cannot be decoded, before there is a route that could: in the platform's own form, or in
 * that of OFREP where only its clients call.
 */
export function replyToUnreadableUrl(request: FastifyRequest, reply: FastifyReply): void {
  const { url } = request.raw;
  const message = 'The URL is not percent-encoded UTF-8.';
  if (url?.startsWith('/ofrep/') === true) {
    void reply.code(400).send({ errorCode: 'PARSE_ERROR', errorDetails: message });
    return;
  }
  const violations = [{ field: 'url', description: 'is not percent-encoded UTF-8' }];
  void replyWithError(reply, new DomainError('invalid', 'INVALID_ARGUMENT', message, { violations }));
}
