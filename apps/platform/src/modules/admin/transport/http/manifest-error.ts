import { DomainError } from '@sortition/kernel';
import type { FastifyReply } from 'fastify';

import { readableFailure } from '../../../../runtime/failure/readable-failure.js';
import { httpStatusOf, retryAfterSeconds } from '../../../../runtime/http/http-error.js';
import { InvalidManifestError, type ManifestErrorDetail } from './manifest-body.js';

/** Answers with a failure in the form of the Manifest Management API. */
export async function replyWithManifestError(reply: FastifyReply, error: unknown): Promise<void> {
  if (!(error instanceof DomainError)) return replyToRefusal(reply, error);
  const retryAfter = retryAfterSeconds(error);
  if (retryAfter !== undefined) reply.header('Retry-After', String(retryAfter));
  // What stands in the way of a change is a conflict here.
  const status = error.kind === 'failed-precondition' ? 409 : httpStatusOf(error);
  const { message, violations } = readableFailure(error);
  const codes = error instanceof InvalidManifestError ? error.details.map(({ code }) => code) : [];
  await send(
    reply,
    status,
    message,
    violations.map(({ field, description }, index) => {
      const code = codes[index];
      return { field, ...(code !== undefined && { code }), message: description };
    }),
  );
}

/** Fastify's own refusals, and what nobody expected. */
async function replyToRefusal(reply: FastifyReply, error: unknown): Promise<void> {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  if (error instanceof Error && (status === 400 || status === 413 || status === 415)) {
    await send(reply, status === 413 ? 413 : 400, error.message, []);
    return;
  }
  reply.log.error({ err: error }, 'unexpected failure of a manifest request');
  await send(reply, 500, 'Unexpected error.', []);
}

async function send(
  reply: FastifyReply,
  status: number,
  message: string,
  details: readonly ManifestErrorDetail[],
): Promise<void> {
  await reply.code(status).send({ error: { message, status, ...(details.length > 0 && { details }) } });
}
