import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { OutgoingEvent, SendOutcome } from '@sortition/openfeature-core';

import { EventQueue } from './event-queue.js';
import { keepaliveBudget } from './keepalive-budget.js';

const batches: (readonly OutgoingEvent[])[] = [];
const script: (SendOutcome | Promise<SendOutcome>)[] = [];
const lost: unknown[] = [];
let queue: EventQueue;

beforeEach(() => {
  jest.useFakeTimers();
  batches.length = script.length = lost.length = 0;
  const send = (batch: readonly OutgoingEvent[], signal: AbortSignal): Promise<SendOutcome> => {
    batches.push(batch);
    const givenUp = new Promise<SendOutcome>((resolve) => {
      signal.addEventListener('abort', () => resolve('retry'));
    });
    return Promise.race([script.shift() ?? 'done', givenUp]);
  };
  queue = new EventQueue(send, 1_000, (...loss) => lost.push(loss));
});

afterEach(async () => {
  const closed = queue.close(0);
  await jest.advanceTimersByTimeAsync(1_000);
  await closed;
  jest.useRealTimers();
});

const exposure: OutgoingEvent['payload'] = {
  kind: 'exposure',
  exposure: { flag: 'f', variant: 'v', rule: 'r', experiment: 'x', phase: 1, unitAttribute: 'targetingKey', unit: 'u' },
};

function tracked(name: string, characters = 0): OutgoingEvent['payload'] {
  const properties = { text: 'é'.repeat(characters) };
  return { kind: 'tracked', tracked: { name, units: { targetingKey: 'u' }, value: undefined, properties } };
}

const namesOf = (batch: readonly OutgoingEvent[]): string[] =>
  batch.map(({ payload }) => (payload.kind === 'tracked' ? payload.tracked.name : 'exposure'));

describe('the event queue of a page', () => {
  it('cuts batches by bytes of UTF-8 and by number, and sends an event that is larger alone', async () => {
    for (const name of ['a', 'b', 'c']) queue.add(tracked(name, 7_000));
    queue.add(tracked('large', 20_000));
    for (let number = 0; number < 60; number++) queue.add(tracked('small'));
    await queue.flush();

    expect(batches.map((batch) => batch.length)).toEqual([2, 1, 1, 50, 10]);
  });

  it('sends exposures before tracked events', async () => {
    queue.add(tracked('a'));
    queue.add(exposure);
    await queue.flush();

    expect(batches.map(namesOf)).toEqual([['exposure', 'a']]);
  });

  it('sends at the end of a page what fits into its budget, and nothing that is under way', async () => {
    script.push(new Promise(() => undefined), new Promise(() => undefined));
    queue.add(tracked('under way'));
    void queue.flush();
    for (let number = 0; number < 40; number++) queue.add(tracked('later', 1_000));
    queue.add(exposure);
    void queue.leave();
    void queue.leave();
    const [, atEnd = []] = batches;

    expect(batches).toHaveLength(3);
    expect(namesOf(atEnd)[0]).toBe('exposure');
    expect(JSON.stringify(atEnd).length).toBeLessThan(keepaliveBudget.freeBytes);
    expect(batches[2]?.some((event) => atEnd.includes(event) || batches[0]?.includes(event))).toBe(false);
  });

  it('sends again with the same ids, after a growing delay, what could not be sent', async () => {
    script.push('retry', 'retry');
    queue.add(tracked('a'));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(batches).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(250);
    expect(batches).toHaveLength(2);
    await jest.advanceTimersByTimeAsync(500);

    expect(batches).toHaveLength(3);
    expect(new Set(batches.flat().map(({ id }) => id)).size).toBe(1);
    expect(queue.waiting).toEqual([]);
  });

  it('sends in halves what the platform finds too large, and tells of an event that is too large alone', async () => {
    script.push('too-large', 'too-large');
    for (const name of ['a', 'b', 'c']) queue.add(tracked(name));
    await queue.flush();

    expect(batches.map(namesOf)).toEqual([['a', 'b', 'c'], ['a'], ['b', 'c']]);
    expect(lost).toEqual([['too-large', 1]]);
  });

  it('tells of what it has no room for', () => {
    for (let number = 0; number < 1_001; number++) queue.add(tracked('a'));

    expect(lost).toEqual([['full', 1]]);
    expect(queue.waiting).toHaveLength(1_000);
  });

  it('ends within its deadline although nobody answers, and gives back what is left', async () => {
    script.push(...Array.from({ length: 100 }, () => 'retry' as const));
    queue.add(tracked('a'));
    const closed = queue.close(2_000);
    await jest.advanceTimersByTimeAsync(2_500);

    expect((await closed).length).toBe(1);
    expect(jest.getTimerCount()).toBe(0);
  });
});
