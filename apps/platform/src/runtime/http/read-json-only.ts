import type { FastifyInstance } from 'fastify';

import { readJson } from './read-json.js';

/** Lets the routes of a scope read JSON in UTF-8 and nothing else. An empty body of that type is read as undefined. */
export function readJsonOnly(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, readJson(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}
