import type { IncomingMessage } from 'node:http';

import type { FastifyInstance } from 'fastify';

/** Most of a refused body that is read, in bytes: four times what any route takes. */
export const MAX_DRAINED_BYTES = 16 * 1024 * 1024;
const MAX_DRAIN_MS = 10_000;

/**
 * Reads what is left of a body before its answer is sent, and throws it away. Most clients send their whole body before
 * they read the answer; one that came sooner, with the connection closed behind it, would reach them as a broken pipe.
 */
export function drainBodies(fastify: FastifyInstance): void {
  // With a callback, so that the answer of a request that came whole, as nearly all do, waits for no promise.
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    if (request.raw.complete) {
      done();
      return;
    }
    void drained(request.raw).then((isComplete) => {
      // The rest would be taken for the next request.
      if (!isComplete) reply.header('connection', 'close');
      done();
    });
  });
}

/** Resolves to whether the body came to its end, within 16 MiB and 10 seconds. */
function drained(body: IncomingMessage): Promise<boolean> {
  return new Promise((resolve) => {
    let received = 0;
    const finish = (): void => {
      clearTimeout(deadline);
      body.off('data', count).off('end', finish).off('close', finish).off('error', finish);
      resolve(body.complete);
    };
    const count = (chunk: Buffer): void => {
      received += chunk.length;
      if (received <= MAX_DRAINED_BYTES) return;
      body.pause();
      finish();
    };
    const deadline = setTimeout(finish, MAX_DRAIN_MS);
    deadline.unref();
    body.unpipe();
    body.on('data', count).once('end', finish).once('close', finish).once('error', finish).resume();
    if (body.destroyed) finish();
  });
}
