import type { Pool, PoolClient } from 'pg';

import { postgresFailure } from './postgres-failure.js';
import { withinDeadline } from './within-deadline.js';

/** The connections of a warehouse. Nothing waits for an answer beyond its deadline, whatever became of the network. */
export class Connections {
  private isClosed = false;

  constructor(private readonly pool: Pool) {}

  /**
   * Lends a connection to `work` until the deadline. One that gives no answer is destroyed, because the answer may still
   * come; the server's own timeouts end what it was doing.
   *
   * @throws DomainError WAREHOUSE_UNAVAILABLE when the same call may succeed later, and what `work` throws.
   */
  async use<T>(deadlineMs: number, work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.take();
    try {
      const result = await withinDeadline(work(client), deadlineMs);
      client.release();
      return result;
    } catch (error) {
      const failure = postgresFailure(error);
      client.release(failure !== error);
      throw failure;
    }
  }

  /** Like {@link use}, in a transaction, durable when this resolves. The server gives each statement the same time. */
  async transaction<T>(deadlineMs: number, work: (client: PoolClient) => Promise<T>): Promise<T> {
    return this.use(deadlineMs, async (client) => {
      const settings = `SET LOCAL synchronous_commit = on; SET LOCAL statement_timeout = ${String(deadlineMs)}`;
      await client.query(`BEGIN; ${settings}`);
      try {
        const result = await work(client);
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      }
    });
  }

  /** A connection that the caller releases, with the failure when there was one. */
  async take(): Promise<PoolClient> {
    try {
      if (this.isClosed) throw new Error('Cannot use the pool after it was closed');
      return await this.pool.connect();
    } catch (error) {
      throw postgresFailure(error);
    }
  }

  /** Lends no more, and closes when what is under way has ended. */
  async close(underWay: Promise<void>): Promise<void> {
    this.isClosed = true;
    await underWay;
    await this.pool.end();
  }
}
