import { Inject, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Clock } from '@sortition/kernel';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';

import { AUTHENTICATOR, type Authenticator } from '../../runtime/auth/authenticator.js';
import { CLOCK } from '../../runtime/clock-token.js';
import { NATIVE_GRPC_REGISTRY, type NativeGrpcRegistry } from '../../runtime/grpc/native-grpc.js';
import { LOGGER } from '../../runtime/logger-token.js';
import { SNAPSHOT_FEED, type SnapshotFeed, SnapshotFeedModule } from '../admin/index.js';
import { AssignmentEndpoints } from './transport/assignment-endpoints.js';

/** Serves decisions and snapshots from memory, over gRPC and OFREP. */
@Module({ imports: [SnapshotFeedModule] })
export class AssignmentModule implements OnModuleInit, OnModuleDestroy {
  private readonly endpoints: AssignmentEndpoints;

  constructor(
    @Inject(SNAPSHOT_FEED) feed: SnapshotFeed,
    @Inject(AUTHENTICATOR) authenticator: Authenticator,
    @Inject(CLOCK) clock: Clock,
    @Inject(LOGGER) logger: Logger,
    @Inject(NATIVE_GRPC_REGISTRY) private readonly registry: NativeGrpcRegistry,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {
    this.endpoints = new AssignmentEndpoints({
      feed,
      authenticator,
      clock,
      random: Math.random,
      onRefreshFailed: (environmentId, error) => {
        logger.warn(
          { environmentId, err: error },
          'an environment could not be refreshed; its last state stays in use',
        );
      },
    });
  }

  onModuleInit(): void {
    this.endpoints.register(this.registry, this.host.httpAdapter.getInstance<FastifyInstance>());
    this.endpoints.start();
  }

  onModuleDestroy(): void {
    this.endpoints.stop();
  }
}
