import type { IncomingHttpHeaders } from 'node:http';

const BEARER = 'Bearer ';

/** The API key of an HTTP request: `Authorization: Bearer …` or `X-API-Key: …`; undefined when it has neither. */
export function credentialOf({ headers }: { readonly headers: IncomingHttpHeaders }): string | undefined {
  const { authorization } = headers;
  if (authorization !== undefined) {
    if (authorization.startsWith(BEARER)) return authorization.slice(BEARER.length).trim();
    return authorization.replace(/^Bearer\s+/i, '').trim();
  }
  const header = headers['x-api-key'];
  return typeof header === 'string' ? header.trim() : undefined;
}
