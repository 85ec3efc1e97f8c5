import { describe, expect, it } from '@jest/globals';

import type { OutgoingEvent, SendOutcome } from './event.js';
import { DEFAULT_EVENT_QUEUE, EventQueue, type EventQueueOptions } from './event-queue.js';

const HOUR_MS = 3_600_000;

/** A receiver whose answers a test gives; without any it takes everything. */
class Receiver {
  readonly batches: (readonly OutgoingEvent[])[] = [];
  readonly script: (SendOutcome | Promise<SendOutcome>)[] = [];

  readonly send = async (batch: readonly OutgoingEvent[]): Promise<SendOutcome> => {
    this.batches.push(batch);
    return this.script.shift() ?? 'done';
  };

  get names(): readonly (readonly string[])[] {
    return this.batches.map((batch) =>
      batch.map(({ payload }) => (payload.kind === 'tracked' ? payload.tracked.name : '')),
    );
  }
}

function queueTo(receiver: Receiver, options: Partial<EventQueueOptions> = {}): EventQueue {
  return new EventQueue(receiver.send, { ...DEFAULT_EVENT_QUEUE, flushIntervalMs: HOUR_MS, ...options });
}

function tracked(name: string): OutgoingEvent['payload'] {
  return { kind: 'tracked', tracked: { name, units: { targetingKey: 'u' }, value: undefined, properties: undefined } };
}

function addAll(queue: EventQueue, names: string): readonly boolean[] {
  return Array.from(names).map((name) => queue.add(tracked(name)));
}

describe('EventQueue', () => {
  it('sends a batch as soon as it is full', () => {
    const receiver = new Receiver();
    addAll(queueTo(receiver, { batchSize: 2 }), 'ab');

    expect(receiver.names).toEqual([['a', 'b']]);
  });

  it('keeps what does not fill a batch until it is flushed', async () => {
    const receiver = new Receiver();
    const queue = queueTo(receiver);
    addAll(queue, 'ab');
    const before = receiver.batches.length;
    await queue.flush();

    expect(before).toBe(0);
    expect(receiver.names).toEqual([['a', 'b']]);
  });

  it('gives each event an id and the time when it was added', async () => {
    const receiver = new Receiver();
    const queue = queueTo(receiver, { now: () => Date.UTC(2026, 0, 2) });
    addAll(queue, 'ab');
    await queue.flush();

    const [first, second] = receiver.batches[0] ?? [];
    expect(first?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(first?.time).toEqual(new Date('2026-01-02T00:00:00Z'));
    expect(second?.id).not.toBe(first?.id);
  });

  it('drops and counts what finds no room', async () => {
    const receiver = new Receiver();
    const dropped: unknown[] = [];
    const queue = queueTo(receiver, { capacity: 2, onDropped: (...drop) => dropped.push(drop) });

    expect(addAll(queue, 'abc')).toEqual([true, true, false]);
    expect(dropped).toEqual([['full', 1, undefined]]);
    await queue.close(HOUR_MS);
    expect(receiver.names).toEqual([['a', 'b']]);
  });

  it('sends one batch at a time, in order', async () => {
    const receiver = new Receiver();
    let answer = (_outcome: SendOutcome): void => undefined;
    receiver.script.push(
      new Promise((resolve) => {
        answer = resolve;
      }),
    );
    const queue = queueTo(receiver, { batchSize: 1 });
    addAll(queue, 'abc');
    const underWay = receiver.names.length;
    answer('done');
    await queue.close(HOUR_MS);

    expect(underWay).toBe(1);
    expect(receiver.names).toEqual([['a'], ['b'], ['c']]);
  });

  it('keeps a batch that could not be sent and sends it again with the same ids', async () => {
    const receiver = new Receiver();
    receiver.script.push('retry');
    const queue = queueTo(receiver, { maxBackoffMs: 1 });
    addAll(queue, 'a');
    await queue.close(HOUR_MS);

    expect(receiver.names).toEqual([['a'], ['a']]);
    expect(receiver.batches[1]?.[0]?.id).toBe(receiver.batches[0]?.[0]?.id);
  });

  it('closes within its deadline although nobody answers, and takes nothing more', async () => {
    const receiver = new Receiver();
    receiver.script.push(new Promise<SendOutcome>(() => undefined));
    const queue = queueTo(receiver);
    addAll(queue, 'a');
    await queue.close(1);

    expect(addAll(queue, 'b')).toEqual([false]);
    expect(receiver.names).toEqual([['a']]);
  });

  it('stops trying when its deadline has passed, and drops and counts what was not sent', async () => {
    const receiver = new Receiver();
    receiver.script.push(...Array.from({ length: 100 }, () => 'retry' as const));
    const dropped: unknown[] = [];
    const queue = queueTo(receiver, { maxBackoffMs: HOUR_MS, onDropped: (...drop) => dropped.push(drop) });
    addAll(queue, 'ab');

    await expect(queue.close(1)).resolves.toBeUndefined();
    await queue.close(1);
    expect(dropped).toEqual([['unsent', 2]]);
  });

  it('sends a batch that is too large in halves, in order and with the same ids', async () => {
    const receiver = new Receiver();
    receiver.script.push('too-large', 'too-large');
    const queue = queueTo(receiver);
    addAll(queue, 'abcde');
    await queue.flush();

    expect(receiver.names.map((names) => names.join(''))).toEqual(['abcde', 'ab', 'a', 'b', 'cde']);
    const [whole = [], , ...parts] = receiver.batches;
    expect(parts.flat().map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
  });

  it('drops and counts an event that is too large alone, and sends those behind it', async () => {
    const receiver = new Receiver();
    receiver.script.push('too-large', 'too-large', 'done', 'done');
    const dropped: unknown[] = [];
    const queue = queueTo(receiver, { onDropped: (...drop) => dropped.push(drop) });
    addAll(queue, 'abc');
    await queue.close(HOUR_MS);

    expect(receiver.names).toEqual([['a', 'b', 'c'], ['a'], ['b', 'c']]);
    expect(dropped).toEqual([['too-large', 1]]);
  });

  it('tries only what is left again when the other half could not be sent', async () => {
    const receiver = new Receiver();
    receiver.script.push('too-large', 'done', 'retry');
    const queue = queueTo(receiver, { maxBackoffMs: 1 });
    addAll(queue, 'abcd');
    await queue.close(HOUR_MS);

    expect(receiver.names.map((names) => names.join(''))).toEqual(['abcd', 'ab', 'cd', 'cd']);
  });
});
