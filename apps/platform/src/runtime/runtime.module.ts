import { type DynamicModule, Module } from '@nestjs/common';
import type { Clock, MonotonicClock } from '@sortition/kernel';
import type { PluginHost } from '@sortition/plugin-host';
import type { Warehouse } from '@sortition/plugin-sdk';
import type { Logger } from 'pino';

import { AUTHENTICATOR, type Authenticator } from './auth/authenticator.js';
import { STREAM_TOKENS, type StreamTokens } from './auth/stream-tokens.js';
import { CLOCK, MONOTONIC_CLOCK } from './clock-token.js';
import { EVENT_LOG_RETENTION_DAYS } from './config/event-log-retention-token.js';
import { EVENT_LOG_URL } from './config/event-log-url-token.js';
import { QUARANTINE_RETENTION_DAYS } from './config/quarantine-retention-token.js';
import { DATABASE_URL } from './database/database-url-token.js';
import { TENANT_DATABASE, type TenantDatabase } from './database/tenant-database.js';
import type { AllowedAddresses } from './egress/allowed-addresses.js';
import { EGRESS_ADDRESSES, SECRETS_FILE } from './egress/egress-tokens.js';
import { NATIVE_GRPC_REGISTRY, type NativeGrpcRegistry } from './grpc/native-grpc.js';
import { LIMITS, type Limits } from './limits/limits.js';
import { LOGGER } from './logger-token.js';
import { OPERATOR_CATALOG, operatorCatalog } from './plugins/operator-catalog.js';
import { PLUGINS } from './plugins/plugins-token.js';
import { WAREHOUSE } from './warehouse/warehouse-token.js';

/** What every module may inject. */
export interface RuntimeParts {
  readonly authenticator: Authenticator;
  readonly clock: Clock;
  readonly monotonicClock: MonotonicClock;
  readonly database: TenantDatabase;
  readonly databaseUrl: string;
  readonly egressAddresses: AllowedAddresses;
  readonly eventLogRetentionDays: number | undefined;
  /** Undefined: events go into the database. */
  readonly eventLogUrl: string | undefined;
  readonly limits: Limits;
  readonly logger: Logger;
  readonly native: NativeGrpcRegistry;
  readonly plugins: PluginHost;
  readonly quarantineRetentionDays: number | undefined;
  /** Undefined: there is none. */
  readonly secretsFile: string | undefined;
  readonly streamTokens: StreamTokens;
  readonly warehouse: Warehouse;
}

/** Makes the runtime's parts injectable everywhere. */
@Module({})
export class RuntimeModule {
  static forRoot(parts: RuntimeParts): DynamicModule {
    const providers = [
      { provide: AUTHENTICATOR, useValue: parts.authenticator },
      { provide: CLOCK, useValue: parts.clock },
      { provide: MONOTONIC_CLOCK, useValue: parts.monotonicClock },
      { provide: DATABASE_URL, useValue: parts.databaseUrl },
      { provide: EGRESS_ADDRESSES, useValue: parts.egressAddresses },
      { provide: EVENT_LOG_RETENTION_DAYS, useValue: parts.eventLogRetentionDays },
      { provide: EVENT_LOG_URL, useValue: parts.eventLogUrl },
      { provide: LIMITS, useValue: parts.limits },
      { provide: LOGGER, useValue: parts.logger },
      { provide: NATIVE_GRPC_REGISTRY, useValue: parts.native },
      { provide: OPERATOR_CATALOG, useValue: operatorCatalog(parts.plugins) },
      { provide: PLUGINS, useValue: parts.plugins },
      { provide: QUARANTINE_RETENTION_DAYS, useValue: parts.quarantineRetentionDays },
      { provide: SECRETS_FILE, useValue: parts.secretsFile },
      { provide: STREAM_TOKENS, useValue: parts.streamTokens },
      { provide: TENANT_DATABASE, useValue: parts.database },
      { provide: WAREHOUSE, useValue: parts.warehouse },
    ];
    return { module: RuntimeModule, global: true, providers, exports: providers };
  }
}
