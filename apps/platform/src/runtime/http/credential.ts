import type { FastifyRequest } from 'fastify';

/** The API key of an HTTP request: `Authorization: Bearer …` or `X-API-Key: …`; undefined when it has neither. */
export function credentialOf(request: FastifyRequest): string | undefined {
  const { authorization } = request.headers;
  if (authorization !== undefined) return authorization.replace(/^Bearer\s+/i, '').trim();
  const header = request.headers['x-api-key'];
  return typeof header === 'string' ? header.trim() : undefined;
}
