import { isUtf8 } from 'node:buffer';

import type { FastifyInstance } from 'fastify';

/**
 * Lets the routes of a scope read JSON in UTF-8 and nothing else. An empty body of that type is read as undefined.
 *
 * @param refusal what a body that is not UTF-8 is answered with.
 */
export function readJsonOnly(scope: FastifyInstance, refusal: () => Error): void {
  const parse = scope.getDefaultJsonParser('error', 'error');
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const bytes = body as Buffer;
    if (bytes.length === 0) done(null, undefined);
    else if (isUtf8(bytes)) void parse(request, bytes.toString('utf8'), done);
    else done(refusal());
  });
}
