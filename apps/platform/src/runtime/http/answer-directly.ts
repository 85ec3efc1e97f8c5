import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

import type { FastifyInstance } from 'fastify';

/** Takes a request and answers it, or returns false and leaves it as it came. */
export type DirectAnswer = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Offers requests to `answer` before Fastify sees them (decision 0022). Fastify takes the rest, and all once it closes. */
export function answerDirectly(fastify: FastifyInstance, answer: DirectAnswer): void {
  const { server } = fastify;
  const listeners = server.listeners('request') as RequestListener[];
  let isClosing = false;
  fastify.addHook('preClose', async () => {
    isClosing = true;
  });
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!isClosing && answer(request, response)) return;
    for (const listener of listeners) listener.call(server, request, response);
  });
}
