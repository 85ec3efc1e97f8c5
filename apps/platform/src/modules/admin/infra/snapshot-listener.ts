import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import pRetry from 'p-retry';
import { Client } from 'pg';
import type { Logger } from 'pino';

import { SNAPSHOT_CHANNEL } from './snapshot-channel.js';

const CONNECT_TIMEOUT_MS = 5_000;
const SHORTEST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 10_000;

export type PublishedListener = (environmentId: string, revision: number) => void;

/**
 * Hears of published snapshots over one connection of its own, which it opens again, with growing pauses, whenever it
 * is lost. What is published meanwhile is not heard: a notification is only a hint.
 */
export class SnapshotListener implements OnModuleInit, OnModuleDestroy {
  private readonly listeners = new Set<PublishedListener>();
  private readonly closing = new AbortController();
  private client: Client | undefined;
  private connecting: Promise<void> | undefined;

  constructor(
    private readonly databaseUrl: string,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.connect();
  }

  async onModuleDestroy(): Promise<void> {
    this.closing.abort();
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
    for (const listener of this.listeners) listener(environmentId, Number(revision));
  }
}
