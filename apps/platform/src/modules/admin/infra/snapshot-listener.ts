import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import pRetry from 'p-retry';
import { Client } from 'pg';
import type { Logger } from 'pino';

import type { TenantDatabase } from '../../../runtime/database/tenant-database.js';
import type { PublishedListener } from './published-listener.js';
import { RevisionPoll } from './revision-poll.js';
import { SNAPSHOT_CHANNEL } from './snapshot-channel.js';

const CONNECT_TIMEOUT_MS = 5_000;
const SHORTEST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 10_000;
const POLL_MS = 1_000;

/**
 * Hears of published snapshots over one connection of its own, which it opens again, with growing pauses, whenever it
 * is lost. What is published meanwhile is not heard: a notification is only a hint. Behind a pooler notifications may
 * reach anybody, so there it looks every second instead.
 */
export class SnapshotListener implements OnModuleInit, OnModuleDestroy {
  private readonly listeners = new Set<PublishedListener>();
  private readonly closing = new AbortController();
  private client: Client | undefined;
  private connecting: Promise<void> | undefined;
  private readonly poll: RevisionPoll;

  constructor(
    private readonly databaseUrl: string,
    database: TenantDatabase,
    private readonly logger: Logger,
  ) {
    this.poll = new RevisionPoll(database, POLL_MS, (environmentId, revision) => {
      this.tell(environmentId, revision);
    });
  }

  onModuleInit(): void {
    this.connect();
  }

  async onModuleDestroy(): Promise<void> {
    this.closing.abort();
    this.poll.stop();
    await this.connecting;
    await this.client?.end().catch(() => undefined);
    this.client = undefined;
  }

  /** Calls the listener for each notification until the returned function is called. */
  subscribe(listener: PublishedListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private connect(): void {
    const { signal } = this.closing;
    this.connecting = pRetry(() => this.open(), {
      retries: Infinity,
      signal,
      minTimeout: SHORTEST_WAIT_MS,
      maxTimeout: LONGEST_WAIT_MS,
      factor: 2,
      randomize: true,
      unref: true,
    }).catch((error: unknown) => {
      if (!signal.aborted) this.logger.error({ err: error }, 'stopped listening for published snapshots');
    });
  }

  private async open(): Promise<void> {
    const client = new Client({
      connectionString: this.databaseUrl,
      application_name: 'sortition-listen',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    });
    client.on('notification', ({ channel, payload }) => {
      if (channel === SNAPSHOT_CHANNEL && payload !== undefined) this.notify(payload);
    });
    // A connection fails once: while it opens, which the retry sees, or later, which is reported here.
    client.on('error', (error) => {
      if (this.client !== client) return;
      this.logger.warn({ err: error }, 'lost the connection that listens for published snapshots');
      this.reconnect(client);
    });
    client.on('end', () => this.reconnect(client));
    try {
      await client.connect();
      if (await isBehindPooler(client)) {
        await client.end();
        this.pollInstead();
        return;
      }
      await client.query(`LISTEN ${SNAPSHOT_CHANNEL}`);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    // The retry gives up at once when closing, while this may still be under way.
    if (this.closing.signal.aborted) await client.end();
    else this.client = client;
  }

  private reconnect(lost: Client): void {
    if (this.client !== lost || this.closing.signal.aborted) return;
    this.client = undefined;
    lost.end().catch(() => undefined);
    this.connect();
  }

  private notify(payload: string): void {
    const [environmentId, revision] = payload.split(':');
    if (environmentId === undefined || !Number.isSafeInteger(Number(revision))) return;
    this.tell(environmentId, Number(revision));
  }

  private pollInstead(): void {
    if (this.closing.signal.aborted) return;
    this.logger.info({ pollMs: POLL_MS }, 'a pooler stands before the database: polling for published snapshots');
    this.poll.start();
  }

  private tell(environmentId: string, revision: number): void {
    for (const listener of this.listeners) listener(environmentId, revision);
  }
}

/** A pooler gives a client a process id of its own making. */
async function isBehindPooler(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ readonly pid: number }>('SELECT pg_backend_pid() AS pid');
  return 'processID' in client && client.processID !== rows[0]?.pid;
}
