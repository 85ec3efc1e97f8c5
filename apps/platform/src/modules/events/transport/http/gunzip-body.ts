import { PassThrough } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { DomainError } from '@sortition/kernel';
import type { FastifyReply, FastifyRequest, RequestPayload } from 'fastify';

/**
 * Decompresses a body with `Content-Encoding: gzip` while it is read. The route's limit counts what comes out, so a
 * small body that would grow without end is stopped at the limit.
 *
 * @throws DomainError INVALID_ARGUMENT for another encoding.
 */
export async function gunzipBody(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: RequestPayload,
): Promise<RequestPayload> {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity') return payload;
  if (encoding !== 'gzip') {
    const description = `"${encoding}" is not known; send gzip or nothing`;
    throw new DomainError('invalid', 'INVALID_ARGUMENT', `content-encoding ${description}.`, {
      violations: [{ field: 'content-encoding', description }],
    });
  }
  let receivedEncodedLength = 0;
  payload.on('data', (chunk: Buffer) => (receivedEncodedLength += chunk.length));
  const gunzip = createGunzip();
  const body = new PassThrough();
  // Not `pipeline`: it would destroy the request, and with it the connection that the refusal goes to.
  const fail = (cause: Error): void => {
    body.destroy(unreadable(cause));
  };
  payload.once('error', fail).pipe(gunzip).once('error', fail).pipe(body);
  // An answer before the end of the body, a refusal, leaves the rest unread.
  reply.raw.once('finish', () => {
    payload.unpipe(gunzip);
    gunzip.destroy();
  });
  // Fastify compares this with Content-Length.
  return Object.defineProperty(body, 'receivedEncodedLength', { get: () => receivedEncodedLength });
}

function unreadable(cause: Error): DomainError {
  const description = `cannot be decompressed: ${cause.message}`;
  return new DomainError('invalid', 'INVALID_ARGUMENT', `body ${description}.`, {
    cause,
    violations: [{ field: 'body', description }],
  });
}
