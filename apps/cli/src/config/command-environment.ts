import type { Role } from '@sortition/platform';
import { z } from 'zod';

import { hostOf } from '../connection/host-and-port.js';
import { UsageError } from '../failure/usage-error.js';

/** Written out here: loading the platform for its list would slow every other command down. */
export const ROLES = ['assignment', 'events', 'metrics', 'admin'] as const satisfies readonly Role[];

const port = z.coerce
  .number('must be a whole number from 0 to 65535')
  .int('must be a whole number from 0 to 65535')
  .min(0, 'must be a whole number from 0 to 65535')
  .max(65_535, 'must be a whole number from 0 to 65535');

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

/** 0: no limit. */
const limit = z.coerce
  .number('must be a whole number from 0')
  .int('must be a whole number from 0')
  .min(0, 'must be a whole number from 0');

const bound = z.coerce
  .number('must be a whole number of at least 1')
  .int('must be a whole number of at least 1')
  .min(1, 'must be a whole number of at least 1');

const filled = z.string().min(1, 'must not be empty');

const ENVIRONMENT = z.object({
  SORTITION_DATA_DIR: filled.default('.sortition'),
  SORTITION_HOST: filled.transform(hostOf).default('127.0.0.1'),
  SORTITION_GRPC_PORT: port.default(7800),
  SORTITION_HTTP_PORT: port.default(7801),
  SORTITION_ROLES: list
    .pipe(z.array(z.enum(ROLES, `must be a list of ${ROLES.join(', ')}`)).min(1, 'must not be empty'))
    .default([...ROLES]),
  SORTITION_PLUGINS: filled.optional(),
  SORTITION_DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\/.+/, 'must be of the form postgres://user:password@host:5432/database')
    .optional(),
  SORTITION_EVENT_LOG: z
    .string()
    .regex(/^(nats|tls):\/\/.+/, 'must be of the form nats://host:port[,host:port…]')
    .optional(),
  SORTITION_EVENT_LOG_RETENTION_DAYS: z.coerce
    .number('must be a whole number of days from 0')
    .int('must be a whole number of days from 0')
    .min(0, 'must be a whole number of days from 0')
    .max(3_650, 'must be at most 3650 days')
    .optional(),
  SORTITION_QUARANTINE_RETENTION_DAYS: z.coerce
    .number('must be a whole number of days from 1')
    .int('must be a whole number of days from 1')
    .min(1, 'must be a whole number of days from 1')
    .max(3_650, 'must be at most 3650 days')
    .optional(),
  SORTITION_WAREHOUSE: z
    .string()
    .regex(
      /^(duckdb|[a-z][a-z0-9+.-]*:\/\/[^/]+.*)$/,
      'must be duckdb, or of the form postgres://user:password@host:5432/database, ' +
        'clickhouse://user:password@host:8123/database or scheme://… of a plugin',
    )
    .default('duckdb'),
  SORTITION_WAREHOUSE_RETENTION_DAYS: z.coerce
    .number('must be a whole number of days from 1')
    .int('must be a whole number of days from 1')
    .min(1, 'must be a whole number of days from 1')
    .optional(),
  SORTITION_ALLOWED_ORIGINS: list.default([]),
  SORTITION_EVALUATIONS_PER_SECOND: limit.optional(),
  SORTITION_CLIENT_EVALUATIONS_PER_SECOND: limit.optional(),
  SORTITION_WRONG_KEYS_PER_SECOND: limit.optional(),
  SORTITION_MAX_STREAMS: bound.optional(),
  SORTITION_MAX_STREAMS_PER_KEY: bound.optional(),
  SORTITION_MAX_CLIENT_STREAMS_PER_ADDRESS: bound.optional(),
  SORTITION_MAX_CONNECTIONS_PER_ADDRESS: bound.optional(),
  SORTITION_TRUSTED_PROXIES: list
    .pipe(
      z.array(
        z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6(), z.enum(['loopback', 'linklocal', 'uniquelocal'])], {
          error: 'must be a list of addresses and networks, such as 10.0.0.0/8',
        }),
      ),
    )
    .default([]),
  SORTITION_EGRESS_NETWORKS: list
    .pipe(
      z.array(
        z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
          error: 'must be a list of addresses and networks, such as 10.0.0.0/8',
        }),
      ),
    )
    .default([]),
  SORTITION_SECRETS_FILE: filled.optional(),
  SORTITION_EVENTS_PER_SECOND: z.coerce
    .number('must be a whole number of at least 1')
    .int('must be a whole number of at least 1')
    .min(1, 'must be a whole number of at least 1')
    .optional(),
  SORTITION_OTLP_ENDPOINT: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }).optional(),
  SORTITION_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'must be trace, debug, info, warn, error, fatal or silent',
    })
    .optional(),
  SORTITION_ADDRESS: filled.optional(),
  SORTITION_API_KEY: filled.optional(),
  SORTITION_PROJECT: filled.optional(),
  SORTITION_ENVIRONMENT: filled.optional(),
  // Of the script that npm runs, when it runs one.
  npm_lifecycle_event: z.string().optional(),
  npm_lifecycle_script: z.string().optional(),
});

/** Every environment variable that the command reads, checked. */
export type CommandEnvironment = Readonly<z.infer<typeof ENVIRONMENT>>;

/**
 * Reads the environment once.
 *
 * @throws UsageError that lists every variable at fault; secrets are not repeated.
 */
export function parseEnvironment(variables: Readonly<Record<string, string | undefined>>): CommandEnvironment {
  const parsed = ENVIRONMENT.safeParse(variables);
  if (parsed.success) return Object.freeze(parsed.data);
  const problems = parsed.error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    const value = SECRETS.has(name) ? '(not shown)' : `"${variables[name] ?? ''}"`;
    return `${name} ${message}, got ${value}`;
  });
  const [problem = '', ...more] = new Set(problems);
  if (more.length === 0) throw new UsageError(`${problem}.`);
  throw new UsageError(`${more.length + 1} environment variables are malformed.`, undefined, [problem, ...more]);
}

/** The URLs hold passwords. */
const SECRETS = new Set(['SORTITION_DATABASE_URL', 'SORTITION_WAREHOUSE', 'SORTITION_EVENT_LOG', 'SORTITION_API_KEY']);
