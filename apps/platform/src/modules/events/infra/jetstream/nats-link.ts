import { readFile } from 'node:fs/promises';

import { connect, credsAuthenticator, type NatsConnection, type NodeConnectionOptions } from '@nats-io/transport-node';
import { DomainError } from '@sortition/kernel';
import type { Logger } from 'pino';

import type { JetStreamSettings } from './jetstream-settings.js';
import { logUnavailable } from './jetstream-failure.js';
import { Waiters } from './waiters.js';

const CONNECT_TIMEOUT_MS = 5_000;
/** A server that answers no ping within three of these is taken for dead. */
const PING_INTERVAL_MS = 5_000;
const FIRST_RECONNECT_MS = 100;
const LAST_RECONNECT_MS = 5_000;

/** A connection that comes back by itself for as long as it is not closed. */
export class NatsLink {
  private isUp = true;
  private attempts = 0;
  private readonly waiters = new Waiters();

  private constructor(
    readonly connection: NatsConnection,
    private readonly logger: Logger,
  ) {}

  /** @throws DomainError EVENT_LOG_UNAVAILABLE that names the servers. */
  static async open(settings: JetStreamSettings, logger: Logger): Promise<NatsLink> {
    let link: NatsLink | undefined;
    const options = await connectionOptions(settings);
    try {
      const connection = await connect({ ...options, reconnectDelayHandler: () => link?.nextDelayMs() ?? 0 });
      link = new NatsLink(connection, logger);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw logUnavailable(
        `NATS at ${settings.servers.join(', ')} answered "${reason}"; check SORTITION_EVENT_LOG and that nats-server runs there with -js`,
        error,
      );
    }
    void link.follow();
    return link;
  }

  /** Resolves when the connection is up; at the deadline at the latest. */
  async up(deadlineMs: number): Promise<void> {
    if (this.connection.isClosed()) throw logUnavailable('the connection was closed');
    if (this.isUp) return;
    await this.waiters.wait(deadlineMs);
    // Read anew: it has changed while this waited.
    if (!(this.isUp as boolean)) throw logUnavailable('the connection is down and did not come back in time');
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  private async follow(): Promise<void> {
    for await (const status of this.connection.status()) {
      if (status.type === 'disconnect') {
        this.isUp = false;
        this.logger.warn({ server: status.server }, 'lost the connection to the event log');
      } else if (status.type === 'reconnect') {
        this.isUp = true;
        this.attempts = 0;
        this.logger.info({ server: status.server }, 'connected to the event log again');
        this.waiters.wake();
      }
    }
    this.isUp = false;
    this.waiters.wake();
  }

  private nextDelayMs(): number {
    const delayMs = Math.min(LAST_RECONNECT_MS, FIRST_RECONNECT_MS * 2 ** this.attempts);
    this.attempts += 1;
    // Spread, so that a restarted cluster is not met by all processes at once.
    return delayMs * (0.5 + Math.random() / 2);
  }
}

async function connectionOptions(settings: JetStreamSettings): Promise<NodeConnectionOptions> {
  const { servers, user, password, credentialsPath, certificatePath, isTls } = settings;
  return {
    servers: [...servers],
    name: 'sortition event log',
    timeout: CONNECT_TIMEOUT_MS,
    pingInterval: PING_INTERVAL_MS,
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
    noAsyncTraces: true,
    ...(user === undefined ? {} : { user, pass: password ?? '' }),
    ...(credentialsPath === undefined ? {} : { authenticator: credsAuthenticator(await fileOf(credentialsPath)) }),
    ...(isTls ? { tls: certificatePath === undefined ? {} : { caFile: certificatePath } } : {}),
  };
}

async function fileOf(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: unknown) => {
    throw new DomainError('invalid', 'INVALID_ARGUMENT', `The credentials file "${path}" cannot be read.`, {
      cause: error,
      violations: [{ field: 'SORTITION_EVENT_LOG', description: `names the unreadable credentials file "${path}"` }],
    });
  });
}
