import type { Logger } from 'pino';

import type { StreamBounds } from '../limits/held-streams.js';

export type Role = 'assignment' | 'events' | 'metrics' | 'admin';

export const ALL_ROLES: readonly Role[] = ['assignment', 'events', 'metrics', 'admin'];

/** Everything that starting the platform can be told. Parsed once, from the environment and the command line. */
export interface PlatformOptions {
  readonly roles: readonly Role[];
  /** Name or address of the interface to listen on; an IPv6 address without brackets. */
  readonly host: string;
  /** 0: any free port. */
  readonly grpcPort: number;
  /** 0: any free port. */
  readonly httpPort: number;
  /** Directory of the embedded database, the warehouse and the starter keys. */
  readonly dataDirectory: string;
  /** PostgreSQL 15+ connection string. Undefined: the embedded PostgreSQL. */
  readonly databaseUrl: string | undefined;
  /** `nats://host:port[,host:port…][/stream][?…]`. Undefined: events go into the database. */
  readonly eventLogUrl?: string | undefined;
  /** Days that the event log in the database keeps what every consumer has read. Undefined: 7. */
  readonly eventLogRetentionDays?: number | undefined;
  /** Days that quarantined events are kept, replayed or not. Undefined: 30. */
  readonly quarantineRetentionDays?: number | undefined;
  /** JSON file that names the plugins of this process. Undefined: none but those that come with the platform. */
  readonly pluginsFile?: string | undefined;
  /** Environment variables that secrets in the plugins file may name. Undefined: none. */
  readonly variables?: Readonly<Record<string, string | undefined>> | undefined;
  /** `postgres://…`, `clickhouse://…` or a scheme of a plugin. Undefined: DuckDB in the data directory. */
  readonly warehouseUrl?: string | undefined;
  /** Days after which the warehouse's rows are deleted, by receipt. Undefined: never. */
  readonly warehouseRetentionDays?: number | undefined;
  /** Origins that browsers may call from; `*` allows any. */
  readonly allowedOrigins: readonly string[];
  /** Base URL of an OTLP/HTTP collector. Undefined: nothing is exported. */
  readonly otlpEndpoint: string | undefined;
  /** Evaluations per second that each API key may ask a process for. Undefined: the default; 0: no limit. */
  readonly evaluationsPerSecond?: number | undefined;
  /** Evaluations per second with client keys from each address. Undefined: the default; 0: no limit. */
  readonly clientEvaluationsPerSecond?: number | undefined;
  /** Wrong API keys per second from each address. Undefined: the default; 0: no limit. */
  readonly wrongKeysPerSecond?: number | undefined;
  /** Events per second that a process takes of each organization without a quota of its own. Undefined: no limit. */
  readonly eventsPerSecond?: number | undefined;
  /** Of gRPC's streams, and the same again for event streams over HTTP. Undefined: the default. */
  readonly streamBounds?: Partial<StreamBounds> | undefined;
  /** Connections over gRPC, and again over HTTP, from one address, other than a trusted proxy. Undefined: the default. */
  readonly maxConnectionsPerAddress?: number | undefined;
  /** Addresses and networks of proxies whose `X-Forwarded-For` tells who calls. Undefined: none. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Networks that are not public and that webhooks may lead to all the same, also without TLS. Undefined: none. */
  readonly egressNetworks?: readonly string[] | undefined;
  /** Path of the JSON file with the secrets that webhooks are signed with, by organization and name. Undefined: none. */
  readonly secretsFile?: string | undefined;
  readonly logger: Logger;
}
