import 'reflect-metadata';

import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { systemClock } from '@sortition/kernel';

import { AppModule, ENTITIES } from './app.module.js';
import {
  EVENT_LOADER,
  EVENT_LOG,
  type EventLoader,
  type EventLog,
  type WarehouseState,
} from './modules/events/index.js';
import { keyVerification } from './runtime/auth/key-verification.js';
import type { ClosingStack } from './runtime/closing-stack.js';
import type { PlatformOptions, Role } from './runtime/config/platform-options.js';
import { openConnectDoor } from './runtime/connect/connect-door.js';
import { openDatabase } from './runtime/database/open-database.js';
import { AllowedAddresses } from './runtime/egress/allowed-addresses.js';
import { AuthorizationGuard } from './runtime/grpc/authorization.guard.js';
import { GrpcErrorFilter } from './runtime/grpc/grpc-error.filter.js';
import { GrpcServer } from './runtime/grpc/grpc-server.js';
import { rpcDescriptors } from './runtime/grpc/rpc-descriptors.js';
import { LaterMethods } from './runtime/grpc/served-methods.js';
import { ServerNativeGrpc } from './runtime/grpc/server-native-grpc.js';
import { httpAdapter, listenHttp, prepareHttp } from './runtime/http/http-server.js';
import { registerOperationsRoutes } from './runtime/http/operations-routes.js';
import { hostAndPort } from './runtime/host-and-port.js';
import { connectionBoundsOf, OpenConnections } from './runtime/limits/bound-connections.js';
import { HeldStreams } from './runtime/limits/held-streams.js';
import { limitsOf } from './runtime/limits/limits.js';
import { serveOpenApi } from './runtime/openapi/serve-openapi.js';
import type { Platform } from './runtime/platform.js';
import { openPlugins } from './runtime/plugins/open-plugins.js';
import { monotonicClock } from './runtime/steady-clocks.js';
import { NestLogger } from './runtime/telemetry/nest-logger.js';
import {
  observeOpenConnections,
  observeOpenStreams,
  recordRefusedConnection,
  type Transport,
} from './runtime/telemetry/request-telemetry.js';
import type { Telemetry } from './runtime/telemetry/telemetry.js';
import { openWarehouse } from './runtime/warehouse/open-warehouse.js';
import { ensureStarter } from './starter.js';

const DRAIN_MS = 5_000;

/** Puts the platform together on a database that runs, and resolves when it serves. */
export async function composePlatform(
  options: PlatformOptions,
  databaseUrl: string,
  telemetry: Telemetry,
  closing: ClosingStack,
): Promise<Omit<Platform, 'failed'>> {
  const { logger, roles, host } = options;
  const plugins = await openPlugins(options, closing);
  const opening = [
    openDatabase(databaseUrl, ENTITIES, options.logger, closing),
    openWarehouse(options, plugins, closing),
  ] as const;
  // When one fails, the other must have come to its end before what is open can be closed.
  await Promise.allSettled(opening);
  const [database, warehouse] = await Promise.all(opening);
  const limits = limitsOf(options);
  const { authenticator, streamTokens } = keyVerification(database.tenants, limits);
  const streams = new HeldStreams(streamTokens, Math.random, limits.streams);
  const native = new ServerNativeGrpc(authenticator, streams, logger);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoles(roles, {
      authenticator,
      clock: systemClock,
      monotonicClock,
      database: database.tenants,
      databaseUrl,
      egressAddresses: new AllowedAddresses(options.egressNetworks ?? []),
      eventLogRetentionDays: options.eventLogRetentionDays,
      eventLogUrl: options.eventLogUrl,
      limits,
      logger,
      native,
      plugins,
      quarantineRetentionDays: options.quarantineRetentionDays,
      secretsFile: options.secretsFile,
      streamTokens,
      warehouse,
    }),
    httpAdapter(logger, { trustedProxies: options.trustedProxies }),
    { logger: new NestLogger(logger), abortOnError: false },
  );
  closing.add('modules', () => app.close());
  countedConnections('http', options, closing).watch(app.getHttpServer());
  await prepareHttp(app, options.allowedOrigins);
  registerOperationsRoutes(app.getHttpAdapter().getInstance(), {
    roles,
    prometheus: telemetry.prometheus,
    pingDatabase: () => database.ping(),
    pingEventLog: hasOwnEventLog(options) ? pingEventLog(app) : undefined,
    warehouseState: loadsWarehouse(options) ? warehouseState(app) : undefined,
    isClosing: () => closing.isClosing,
  });
  const serves = (service: string): boolean => roles.includes(roleOf(service));
  const methods = new LaterMethods();
  const services = rpcDescriptors(serves);
  openConnectDoor(app.getHttpAdapter().getInstance(), services, methods);
  serveOpenApi(app.getHttpAdapter().getInstance(), services);
  app.useGlobalGuards(new AuthorizationGuard(authenticator));
  app.useGlobalFilters(new GrpcErrorFilter(logger));
  await app.init();
  const starter = await ensureStarter(app, options);

  const grpc = new GrpcServer({
    host,
    port: options.grpcPort,
    serves,
    native,
    connections: countedConnections('grpc', options, closing),
    trustedProxies: options.trustedProxies ?? [],
    clock: monotonicClock,
    isTracing: telemetry.isTracing,
  });
  app.connectMicroservice({ strategy: grpc }, { inheritAppConfig: true });
  await app.startAllMicroservices();
  methods.arrive(grpc);
  closing.add('gRPC', () => grpc.drain(DRAIN_MS));
  streams.start();
  const stopObserving = observeOpenStreams('grpc', () => streams.size);
  closing.add('keys and count of streams', async () => {
    streams.stop();
    stopObserving();
  });
  const httpUrl = await listenHttp(app, host, options.httpPort);
  return { grpcAddress: hostAndPort(host, grpc.port), httpUrl, starter, close: () => closing.close() };
}

/** The connections of a transport, bounded and shown by telemetry. */
function countedConnections(transport: Transport, options: PlatformOptions, closing: ClosingStack): OpenConnections {
  const connections = new OpenConnections(connectionBoundsOf(options), () => {
    recordRefusedConnection(transport);
  });
  const stopObserving = observeOpenConnections(transport, () => connections.count);
  closing.add(`count of ${transport} connections`, async () => {
    stopObserving();
  });
  return connections;
}

/** Whether this process takes events without the database. */
function hasOwnEventLog({ eventLogUrl, roles }: PlatformOptions): boolean {
  return eventLogUrl !== undefined && roles.includes('events');
}

function loadsWarehouse({ roles }: PlatformOptions): boolean {
  return roles.includes('events') || roles.includes('metrics');
}

function warehouseState(app: INestApplication): () => WarehouseState {
  const loader = app.get<EventLoader>(EVENT_LOADER, { strict: false });
  return () => loader.warehouseState();
}

function pingEventLog(app: INestApplication): () => Promise<void> {
  const log = app.get<EventLog>(EVENT_LOG, { strict: false });
  return async () => {
    await log.source();
  };
}

/** `sortition.admin.v1.FlagService` belongs to the role `admin`, and all of flagd to `assignment`. */
function roleOf(service: string): Role {
  return service.startsWith('flagd.') ? 'assignment' : (service.split('.')[1] as Role);
}
