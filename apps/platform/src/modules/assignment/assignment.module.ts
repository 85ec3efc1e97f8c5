import { Inject, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { CompileOptions } from '@sortition/evaluation';
import type { Clock, MonotonicClock } from '@sortition/kernel';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';

import { AUTHENTICATOR, type Authenticator } from '../../runtime/auth/authenticator.js';
import { STREAM_TOKENS, type StreamTokens } from '../../runtime/auth/stream-tokens.js';
import { CLOCK, MONOTONIC_CLOCK } from '../../runtime/clock-token.js';
import { EXPOSURE_INTAKE, type ExposureIntake } from '../../runtime/exposure-intake.js';
import { TENANT_DATABASE, type TenantDatabase } from '../../runtime/database/tenant-database.js';
import { NATIVE_GRPC_REGISTRY, type NativeGrpcRegistry } from '../../runtime/grpc/native-grpc.js';
import { LIMITS, type Limits } from '../../runtime/limits/limits.js';
import { LOGGER } from '../../runtime/logger-token.js';
import { OPERATOR_CATALOG } from '../../runtime/plugins/operator-catalog.js';
import { expiryClock } from '../../runtime/steady-clocks.js';
import { SNAPSHOT_FEED, type SnapshotFeed, SnapshotFeedModule } from '../admin/index.js';
import { DEFAULT_REMOVAL, RemoveExpiredAssignments } from './application/remove-expired-assignments.js';
import { PostgresStickyStores } from './infra/postgres-sticky-stores.js';
import { AssignmentEndpoints, DEFAULT_TIMES } from './transport/assignment-endpoints.js';

/** Serves decisions and snapshots from memory, over gRPC and OFREP; sticky assignments are kept in the database. */
@Module({ imports: [SnapshotFeedModule] })
export class AssignmentModule implements OnModuleInit, OnModuleDestroy {
  private readonly endpoints: AssignmentEndpoints;
  private readonly removal: RemoveExpiredAssignments;

  constructor(
    @Inject(SNAPSHOT_FEED) feed: SnapshotFeed,
    @Inject(OPERATOR_CATALOG) operators: CompileOptions,
    @Inject(AUTHENTICATOR) authenticator: Authenticator,
    @Inject(STREAM_TOKENS) streamTokens: StreamTokens,
    @Inject(CLOCK) clock: Clock,
    @Inject(MONOTONIC_CLOCK) monotonicClock: MonotonicClock,
    @Inject(TENANT_DATABASE) database: TenantDatabase,
    @Inject(LIMITS) limits: Limits,
    @Inject(LOGGER) logger: Logger,
    @Inject(EXPOSURE_INTAKE) exposureIntake: ExposureIntake,
    @Inject(NATIVE_GRPC_REGISTRY) private readonly registry: NativeGrpcRegistry,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {
    const stickyStores = new PostgresStickyStores(database, clock, DEFAULT_TIMES.stickyDeadlineMs);
    this.endpoints = new AssignmentEndpoints({
      feed,
      operators,
      authenticator,
      streamTokens,
      limits,
      clock,
      monotonicClock,
      expiryClock,
      random: Math.random,
      stickyStores,
      exposureIntake,
      onRefreshFailed: (environmentId, error) => {
        logger.warn(
          { environmentId, err: error },
          'an environment could not be refreshed; its last state stays in use',
        );
      },
      onStickyStoreAway: (environmentId, error) => {
        logger.warn(
          { environmentId, err: error },
          'the store of sticky assignments does not answer; flags that need it are not decided',
        );
      },
    });
    this.removal = new RemoveExpiredAssignments(stickyStores, {
      ...DEFAULT_REMOVAL,
      random: Math.random,
      onFailed: (error) => {
        logger.warn({ err: error }, 'expired sticky assignments could not be removed; the next round tries again');
      },
    });
  }

  onModuleInit(): void {
    this.endpoints.register(this.registry, this.host.httpAdapter.getInstance<FastifyInstance>());
    this.endpoints.start();
    this.removal.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.removal.stop();
    this.endpoints.stop();
    await this.endpoints.close();
  }
}
