import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { DomainError } from '@sortition/kernel';
import type { Platform } from '@sortition/platform';
import { Command } from 'commander';

import type { CommandEnvironment } from '../config/command-environment.js';
import { hostOf } from '../connection/host-and-port.js';
import { parsePort, parseRoles } from '../config/start-options.js';
import { openFilesAdvice, tooFewOpenFiles } from '../failure/open-files.js';
import { outputOption } from '../output/output-format.js';
import type { OutputFormat } from '../output/output-format.js';
import { removeAddressFile, writeAddressFile } from '../start/address-file.js';
import { isLaunchedByNpm } from '../start/launched-by-npm.js';
import { readyLine, renderReady } from '../start/render-ready.js';
import { makeStarterFlag } from '../start/starter-flag.js';
import { stopSignal } from '../start/stop-signal.js';
import { print } from './command-context.js';
import type { CommandContext } from './command-context.js';

interface StartOptions {
  readonly dataDir?: string;
  readonly grpcPort?: string;
  readonly httpPort?: string;
  readonly host?: string;
  readonly roles?: string;
  readonly plugins?: string;
  readonly output: OutputFormat;
}

/** `sortition start`: the platform in this process, until it is told to stop. */
export function startCommand(context: CommandContext): Command {
  return new Command('start')
    .summary('run the platform')
    .description('Runs the platform until SIGINT or SIGTERM. Needs nothing: PostgreSQL and DuckDB are embedded.')
    .option('--data-dir <directory>', 'where everything is kept (default: .sortition)')
    .option('--grpc-port <port>', 'port of gRPC; 0 takes any free one (default: 7800)')
    .option('--http-port <port>', 'port of HTTP; 0 takes any free one (default: 7801)')
    .option('--host <host>', 'interface to listen on: 0.0.0.0 or :: for every one (default: 127.0.0.1)')
    .option('--roles <list>', 'roles to run, of assignment,events,metrics,admin (default: all)')
    .option('--plugins <file>', 'JSON file that names the plugins to load (default: none)')
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES)
    .action((options: StartOptions) => start(context, options));
}

const EXAMPLES = `
Environment variables, overridden by the options:
  SORTITION_DATA_DIR, SORTITION_GRPC_PORT, SORTITION_HTTP_PORT, SORTITION_HOST, SORTITION_ROLES
  SORTITION_PLUGINS           the same as --plugins
  SORTITION_DATABASE_URL      PostgreSQL 15 or newer instead of the embedded one
  SORTITION_EVENT_LOG         NATS JetStream for the events instead of PostgreSQL: nats://host:port[,host:port…][/stream]
                              with ?replicas=, max_bytes=, duplicate_window=, retention=, credentials=, ca=; tls://
                              demands encryption
  SORTITION_EVENT_LOG_RETENTION_DAYS
                              days that the log in PostgreSQL keeps events after they were loaded (default: 7)
  SORTITION_QUARANTINE_RETENTION_DAYS
                              days that quarantined events are kept (default: 30)
  SORTITION_WAREHOUSE         duckdb (default, embedded), postgres://..., clickhouse://... or a scheme of a plugin:
                              where results are computed
  SORTITION_WAREHOUSE_RETENTION_DAYS
                              days after which the warehouse deletes rows (default: never)
  SORTITION_ALLOWED_ORIGINS   origins that browsers may call from, separated by commas; * for any
  SORTITION_EVALUATIONS_PER_SECOND
                              evaluations that each API key may ask a process for (default: 20000; 0: no limit)
  SORTITION_CLIENT_EVALUATIONS_PER_SECOND
                              the same with client keys from each address (default: 1000; 0: no limit)
  SORTITION_WRONG_KEYS_PER_SECOND
                              wrong API keys that an address may send (default: 20; 0: no limit)
  SORTITION_MAX_STREAMS       streams that a process serves over gRPC, and again over HTTP (default: 50000)
  SORTITION_MAX_STREAMS_PER_KEY
                              of these with one API key (default: 20000)
  SORTITION_MAX_CLIENT_STREAMS_PER_ADDRESS
                              of these with client keys from one address (default: 1000)
  SORTITION_MAX_CONNECTIONS_PER_ADDRESS
                              connections over gRPC, and again over HTTP, from one address (default: 5000)
  SORTITION_TRUSTED_PROXIES   addresses and networks of proxies whose X-Forwarded-For tells who calls;
                              they may have any number of connections
  SORTITION_EGRESS_NETWORKS   addresses and networks that webhooks may lead to although they are not public
  SORTITION_SECRETS_FILE      JSON file with the secrets that sign webhooks: {"<organization>": {"<name>": "whsec_..."}}
  SORTITION_EVENTS_PER_SECOND events that a process takes of each organization (default: no limit)
  SORTITION_OTLP_ENDPOINT     base URL of an OTLP/HTTP collector
  SORTITION_LOG_LEVEL         trace, debug, info, warn (default), error, fatal, silent; logs go to standard error

Examples:
  On this machine, with everything in ./.sortition:
    sortition start
  For a program: one line of JSON with addresses and keys when ready:
    sortition start --data-dir /tmp/sortition --grpc-port 0 --http-port 0 --output json
  On a PostgreSQL of your own, reachable from other machines:
    SORTITION_DATABASE_URL=postgres://sortition:secret@db:5432/sortition sortition start --host 0.0.0.0
`;

/** What is not set stays as it is by default. */
function streamBoundsOf(environment: CommandEnvironment): Readonly<Record<string, number>> {
  const given = {
    maxStreams: environment.SORTITION_MAX_STREAMS,
    maxPerKey: environment.SORTITION_MAX_STREAMS_PER_KEY,
    maxClientStreamsPerAddress: environment.SORTITION_MAX_CLIENT_STREAMS_PER_ADDRESS,
  };
  return Object.fromEntries(Object.entries(given).filter((entry): entry is [string, number] => entry[1] !== undefined));
}

/** Longest time that a start may go on after it was told to stop. */
const CLOSE_STARTING_MS = 60_000;

async function start(context: CommandContext, options: StartOptions): Promise<void> {
  const { environment } = context;
  const dataDirectory = resolve(options.dataDir ?? environment.SORTITION_DATA_DIR);
  const settings = {
    roles: options.roles === undefined ? environment.SORTITION_ROLES : parseRoles(options.roles),
    host: options.host === undefined ? environment.SORTITION_HOST : hostOf(options.host),
    grpcPort: parsePort('--grpc-port', options.grpcPort) ?? environment.SORTITION_GRPC_PORT,
    httpPort: parsePort('--http-port', options.httpPort) ?? environment.SORTITION_HTTP_PORT,
    dataDirectory,
    variables: context.variables,
    pluginsFile: options.plugins ?? environment.SORTITION_PLUGINS,
    databaseUrl: environment.SORTITION_DATABASE_URL,
    warehouseUrl: environment.SORTITION_WAREHOUSE === 'duckdb' ? undefined : environment.SORTITION_WAREHOUSE,
    warehouseRetentionDays: environment.SORTITION_WAREHOUSE_RETENTION_DAYS,
    eventLogUrl: environment.SORTITION_EVENT_LOG,
    eventLogRetentionDays: environment.SORTITION_EVENT_LOG_RETENTION_DAYS,
    quarantineRetentionDays: environment.SORTITION_QUARANTINE_RETENTION_DAYS,
    allowedOrigins: environment.SORTITION_ALLOWED_ORIGINS,
    evaluationsPerSecond: environment.SORTITION_EVALUATIONS_PER_SECOND,
    clientEvaluationsPerSecond: environment.SORTITION_CLIENT_EVALUATIONS_PER_SECOND,
    wrongKeysPerSecond: environment.SORTITION_WRONG_KEYS_PER_SECOND,
    streamBounds: streamBoundsOf(environment),
    maxConnectionsPerAddress: environment.SORTITION_MAX_CONNECTIONS_PER_ADDRESS,
    trustedProxies: environment.SORTITION_TRUSTED_PROXIES,
    egressNetworks: environment.SORTITION_EGRESS_NETWORKS,
    secretsFile: environment.SORTITION_SECRETS_FILE,
    eventsPerSecond: environment.SORTITION_EVENTS_PER_SECOND,
    otlpEndpoint: environment.SORTITION_OTLP_ENDPOINT,
  };
  const openFiles = tooFewOpenFiles();
  if (openFiles !== undefined)
    throw new DomainError('failed-precondition', 'INVALID_STATE', openFilesAdvice(openFiles));
  const stop = stopSignal({ isParentWatched: isLaunchedByNpm(environment) });
  try {
    // Loads the whole platform, which no other command needs.
    const { createLogger, startPlatform } = await import('@sortition/platform');
    // A start that fails is one line, unless somebody asked for more.
    const logger = createLogger({ level: environment.SORTITION_LOG_LEVEL ?? 'fatal', destination: context.stderr });
    const starting = startPlatform({ ...settings, logger });
    const platform = await Promise.race([starting, stop.received]);
    if (!platform) {
      await closeStarting(starting);
      return;
    }
    try {
      logger.level = environment.SORTITION_LOG_LEVEL ?? 'warn';
      const ready = readyLine(platform);
      if (platform.starter.isNew) await makeStarterFlag(ready);
      await writeAddressFile(dataDirectory, ready);
      print(context, options.output, ready, (line) => renderReady(line, settings.roles.includes('assignment')));
      const failure = await Promise.race([stop.received, platform.failed]);
      if (failure) throw failure;
    } finally {
      await removeAddressFile(dataDirectory);
      await platform.close();
    }
  } finally {
    stop.release();
  }
}

/** Ends a start that is under way when the wish to stop comes. */
async function closeStarting(starting: Promise<Platform>): Promise<void> {
  const closed = starting.then(
    (platform) => platform.close(),
    // Whoever wants it stopped need not hear why it would not have started.
    () => undefined,
  );
  const expired = sleep(CLOSE_STARTING_MS, 'expired', { ref: false });
  if ((await Promise.race([closed, expired])) === 'expired') {
    const message = `The start did not come to an end within ${CLOSE_STARTING_MS / 1_000} s of the signal.`;
    throw new DomainError('unavailable', 'SHUTTING_DOWN', message);
  }
}
