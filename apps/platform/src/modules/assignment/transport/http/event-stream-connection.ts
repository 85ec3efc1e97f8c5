import type { Writable } from 'node:stream';

import { PacedWriter } from '../paced-writer.js';

/** Heartbeats that a client may leave unread before its connection is given up. */
const MISSED_HEARTBEATS = 3;

/**
 * One client's event stream. It holds no queue: a client that reads too slowly is sent nothing until it has caught up,
 * and then one message for everything that happened meanwhile.
 */
export class EventStreamConnection {
  private sentId: string | undefined;
  private newestId: string | undefined;
  private missedHeartbeats = 0;
  private readonly writer: PacedWriter<string>;

  constructor(private readonly output: Writable) {
    this.writer = new PacedWriter<string>(output, () => {
      this.missedHeartbeats = 0;
      if (this.newestId !== undefined) this.announce(this.newestId);
    });
    // A connection that breaks is closed; there is nobody to tell.
    output.on('error', () => undefined);
  }

  /** How long the client waits before it connects again. Sent first. */
  setRetry(retryMs: number): void {
    this.write(`retry: ${String(retryMs)}\n\n`);
  }

  /** Tells the client that it is up to date, so that it resumes from here. */
  greet(id: string): void {
    this.sentId = id;
    this.newestId = id;
    this.write(message(id, { type: 'connected' }));
  }

  /** Tells the client to evaluate again, unless it was told of this state already. */
  announce(id: string): void {
    this.newestId = id;
    if (this.writer.isBlocked || id === this.sentId) return;
    this.sentId = id;
    this.write(message(id, { type: 'refetchEvaluation', etag: id }));
  }

  /** Shows that the stream is alive; gives it up when the client has stopped reading. */
  sendHeartbeat(): void {
    if (!this.writer.isBlocked) {
      this.write(': heartbeat\n\n');
      return;
    }
    this.missedHeartbeats += 1;
    if (this.missedHeartbeats >= MISSED_HEARTBEATS) this.output.destroy();
  }

  end(): void {
    this.output.end();
  }

  private write(text: string): void {
    if (this.output.writableEnded || this.output.destroyed) return;
    this.writer.write(text);
  }
}

function message(id: string, data: Readonly<Record<string, string>>): string {
  return `id: ${id}\nevent: message\ndata: ${JSON.stringify(data)}\n\n`;
}
