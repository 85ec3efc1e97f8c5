import type { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import type { FastifyInstance } from 'fastify';

import type { Role } from '../config/platform-options.js';

export interface Operations {
  readonly roles: readonly Role[];
  readonly prometheus: PrometheusExporter;
  /** Resolves when the database answers; rejects otherwise, within its own deadline. */
  readonly pingDatabase: () => Promise<void>;
  /** Likewise of the event log outside the database; undefined when this process has none. */
  readonly pingEventLog: (() => Promise<void>) | undefined;
  /** How the warehouse is; undefined when this process neither loads nor reads it. */
  readonly warehouseState: (() => 'up' | 'down' | 'reloading') | undefined;
  readonly isClosing: () => boolean;
}

/** Liveness, readiness and metrics for whoever operates the process. */
export function registerOperationsRoutes(fastify: FastifyInstance, operations: Operations): void {
  fastify.get('/healthz', async () => ({ status: 'alive' }));

  fastify.get('/readyz', async (_request, reply) => {
    if (operations.isClosing()) return reply.code(503).send({ status: 'closing' });
    const { roles, pingDatabase, pingEventLog, warehouseState } = operations;
    const [database, eventLog] = await Promise.all([stateOf(pingDatabase), pingEventLog && stateOf(pingEventLog)]);
    const warehouse = warehouseState?.();
    // Without its log a process refuses events cleanly, as every other one does then: it stays in rotation. So does one
    // whose warehouse is away or being filled again, unless it is there for results alone.
    const hasDatabase = database === 'up' || servesWithoutDatabase(operations);
    const hasWarehouse = (warehouse ?? 'up') === 'up' || roles.some((role) => role !== 'metrics');
    const isWell = database === 'up' && eventLog !== 'down' && (warehouse ?? 'up') === 'up';
    const status = isWell ? 'ready' : 'degraded';
    return reply.code(hasDatabase && hasWarehouse ? 200 : 503).send({ status, roles, database, eventLog, warehouse });
  });

  fastify.get('/metrics', (request, reply) => {
    reply.hijack();
    operations.prometheus.getMetricsRequestHandler(request.raw, reply.raw);
  });
}

/** Assignment answers from memory, and a log of its own takes events: such a process stays in rotation. */
function servesWithoutDatabase({ roles, pingEventLog }: Operations): boolean {
  return roles.includes('assignment') || pingEventLog !== undefined;
}

function stateOf(ping: () => Promise<void>): Promise<'up' | 'down'> {
  return ping().then(
    () => 'up',
    () => 'down',
  );
}
