import type { Writable } from 'node:stream';

import type { EventStreamState } from './event-stream-state.js';
import { PacedWriter } from '../paced-writer.js';

/** Heartbeats that a client may leave unread before its connection is given up. */
const MISSED_HEARTBEATS = 3;

/**
 * One client's event stream. It holds no queue: a client that reads too slowly is sent nothing until it has caught up,
 * and then one message for everything that happened meanwhile.
 */
export class EventStreamConnection {
  private sentId: string | undefined;
  private newest: EventStreamState | undefined;
  private missedHeartbeats = 0;
  private readonly writer: PacedWriter<string>;

  constructor(private readonly output: Writable) {
    this.writer = new PacedWriter<string>(output, () => {
      this.missedHeartbeats = 0;
      if (this.newest !== undefined) this.announce(this.newest);
    });
    // A connection that breaks is closed; there is nobody to tell.
    output.on('error', () => undefined);
  }

  /** How long the client waits before it connects again. Sent first. */
  setRetry(retryMs: number): void {
    this.write(`retry: ${String(retryMs)}\n\n`);
  }

  /** Tells the client that it is up to date, so that it resumes from here. */
  greet(state: EventStreamState): void {
    this.newest = state;
    this.send(state, 'connected');
  }

  /** Tells the client to evaluate again, unless it was told of this state already. */
  announce(state: EventStreamState): void {
    this.newest = state;
    if (!this.writer.isBlocked && state.id !== this.sentId) this.send(state, 'refetchEvaluation');
  }

  /**
   * Shows that the stream is alive, and when it will do so again; gives it up when the client has stopped reading. It is
   * an event of its own, which pages can see, unlike a comment.
   */
  sendHeartbeat(nextInMs: number): void {
    if (!this.writer.isBlocked) {
      this.write(`event: heartbeat\ndata: ${String(nextInMs / 1_000)}\n\n`);
      return;
    }
    this.missedHeartbeats += 1;
    if (this.missedHeartbeats >= MISSED_HEARTBEATS) this.output.destroy();
  }

  end(): void {
    this.output.end();
  }

  private send({ id, revision }: EventStreamState, type: 'connected' | 'refetchEvaluation'): void {
    this.sentId = id;
    this.write(`id: ${id}\nevent: message\ndata: ${JSON.stringify({ type, etag: id, revision })}\n\n`);
  }

  private write(text: string): void {
    if (this.output.writableEnded || this.output.destroyed) return;
    this.writer.write(text);
  }
}
