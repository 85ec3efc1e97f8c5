import type { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import type { FastifyInstance } from 'fastify';

import type { Role } from '../config/platform-options.js';

export interface Operations {
  readonly roles: readonly Role[];
  readonly prometheus: PrometheusExporter;
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
    // Assignment answers from memory without the database, so such a process stays in rotation.
    const isReady = database === 'up' || operations.roles.includes('assignment');
    const status = database === 'up' ? 'ready' : 'degraded';
    return reply.code(isReady ? 200 : 503).send({ status, roles: operations.roles, database });
  });

  fastify.get('/metrics', (request, reply) => {
    reply.hijack();
    operations.prometheus.getMetricsRequestHandler(request.raw, reply.raw);
  });
}
