import type { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import type { FastifyInstance } from 'fastify';

import type { Role } from '../config/platform-options.js';

export interface Operations {
  readonly roles: readonly Role[];
  readonly prometheus: PrometheusExporter;
  /** Whether events are taken without the database. */
  readonly hasOwnEventLog: boolean;
  /** Resolves when the database answers; rejects otherwise, within its own deadline. */
  readonly pingDatabase: () => Promise<void>;
  readonly isClosing: () => boolean;
}

/** Liveness, readiness and metrics for whoever operates the process. */
export function registerOperationsRoutes(fastify: FastifyInstance, operations: Operations): void {
  fastify.get('/healthz', async () => ({ status: 'alive' }));

  fastify.get('/readyz', async (_request, reply) => {
    if (operations.isClosing()) return reply.code(503).send({ status: 'closing' });
    const database = await operations.pingDatabase().then(
      () => 'up',
      () => 'down',
    );
    const isReady = database === 'up' || servesWithoutDatabase(operations);
    const status = database === 'up' ? 'ready' : 'degraded';
    return reply.code(isReady ? 200 : 503).send({ status, roles: operations.roles, database });
  });

  fastify.get('/metrics', (request, reply) => {
    reply.hijack();
    operations.prometheus.getMetricsRequestHandler(request.raw, reply.raw);
  });
}

/** Assignment answers from memory, and a log of its own takes events: such a process stays in rotation. */
function servesWithoutDatabase({ roles, hasOwnEventLog }: Operations): boolean {
  return roles.includes('assignment') || (roles.includes('events') && hasOwnEventLog);
}
