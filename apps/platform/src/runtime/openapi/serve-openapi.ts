import type { DescService } from '@bufbuild/protobuf';
import type { FastifyInstance } from 'fastify';

import { openApiDocument } from './openapi-document.js';

/** Of the API, which changes in ways that old callers do not notice. */
const API_VERSION = 'v1';

/** Serves the OpenAPI document of what a process serves by the Connect protocol. It is made when it is first asked for. */
export function serveOpenApi(fastify: FastifyInstance, services: readonly DescService[]): void {
  let text: string | undefined;
  fastify.get('/openapi.json', async (_request, reply) => {
    text ??= JSON.stringify(openApiDocument(services, API_VERSION));
    return reply.type('application/json; charset=utf-8').send(text);
  });
}
