import { EventEmitter } from 'node:events';
import type { Writable } from 'node:stream';

import { describe, expect, it } from '@jest/globals';

import { EventStreamConnection } from './event-stream-connection.js';
import type { EventStreamState } from './event-stream-state.js';

/** A client that reads what a test lets it read. */
class Reader extends EventEmitter {
  readonly sent: string[] = [];
  isFull = false;
  writableEnded = false;
  destroyed = false;

  write(text: string): boolean {
    this.sent.push(text);
    return !this.isFull;
  }

  end(): void {
    this.writableEnded = true;
  }

  destroy(): void {
    this.destroyed = true;
  }

  /** Everything that was sent has been read. */
  drain(): void {
    this.isFull = false;
    this.emit('drain');
  }
}

const state = (revision: number): EventStreamState => ({ id: `${String(revision)}-abc`, revision });

function connect(): { reader: Reader; connection: EventStreamConnection } {
  const reader = new Reader();
  // The connection uses of the stream only what the reader has.
  return { reader, connection: new EventStreamConnection(reader as unknown as Writable) };
}

describe('a connection of an event stream', () => {
  it('names the state to resume from in every message', () => {
    const { reader, connection } = connect();

    connection.greet(state(1));
    connection.announce(state(2));

    expect(reader.sent).toEqual([
      'id: 1-abc\nevent: message\ndata: {"type":"connected","etag":"1-abc","revision":1}\n\n',
      'id: 2-abc\nevent: message\ndata: {"type":"refetchEvaluation","etag":"2-abc","revision":2}\n\n',
    ]);
  });

  it('tells of a state once', () => {
    const { reader, connection } = connect();

    connection.announce(state(2));
    connection.announce(state(2));

    expect(reader.sent).toHaveLength(1);
  });

  it('sends a client that is behind one message for everything it missed', () => {
    const { reader, connection } = connect();
    reader.isFull = true;
    connection.announce(state(2));
    for (let revision = 3; revision <= 1_000; revision++) connection.announce(state(revision));
    const whileFull = reader.sent.length;

    reader.drain();

    expect(whileFull).toBe(1);
    expect(reader.sent).toHaveLength(2);
    expect(reader.sent[1]).toContain('id: 1000-abc');
  });

  it('adds no heartbeats to what a client leaves unread, and gives it up after three', () => {
    const { reader, connection } = connect();
    connection.sendHeartbeat(10_000);
    reader.isFull = true;
    connection.announce(state(2));

    connection.sendHeartbeat(10_000);
    connection.sendHeartbeat(10_000);
    const before = reader.destroyed;
    connection.sendHeartbeat(10_000);

    expect(reader.sent.filter((text) => text === 'event: heartbeat\ndata: 10\n\n')).toHaveLength(1);
    expect([before, reader.destroyed]).toEqual([false, true]);
  });

  it('writes nothing after its end', () => {
    const { reader, connection } = connect();
    connection.end();

    connection.announce(state(2));
    connection.sendHeartbeat(10_000);

    expect(reader.sent).toEqual([]);
  });
});
