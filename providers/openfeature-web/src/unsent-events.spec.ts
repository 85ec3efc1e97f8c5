import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { OutgoingEvent } from '@sortition/openfeature-core';

import { EventQueue } from './event-queue.js';
import { MemoryStorage } from './testing/memory-storage.js';
import { keepUnsentEvents } from './unsent-events.js';

const lost: unknown[] = [];
let storage: MemoryStorage;
let isAway: boolean;
let sent: OutgoingEvent[];

beforeEach(() => {
  storage = new MemoryStorage();
  isAway = true;
  sent = [];
  lost.length = 0;
});

function newPage(apiKey = 'sor_client_x'): EventQueue {
  const send = async (batch: readonly OutgoingEvent[]): Promise<'retry' | 'done'> => {
    if (isAway) return 'retry';
    sent.push(...batch);
    return 'done';
  };
  const queue = new EventQueue(send, 60_000, (...loss) => lost.push(loss));
  keepUnsentEvents(queue, { url: 'https://flags.example.com', apiKey, storage });
  return queue;
}

function add(queue: EventQueue, count: number, text = ''): void {
  for (let number = 0; number < count; number++) {
    const tracked = { name: `e${String(number)}`, units: { targetingKey: 'u' }, value: number, properties: { text } };
    queue.add({ kind: 'tracked', tracked });
  }
}

describe('keepUnsentEvents', () => {
  it('has a later page send what an earlier could not, with the same ids and times', async () => {
    const first = newPage();
    add(first, 500);
    const before = [...first.waiting];
    await first.leave();
    isAway = false;
    await newPage().flush();

    expect(sent).toEqual(before);
  });

  it('forgets what was sent', async () => {
    isAway = false;
    const page = newPage();
    add(page, 1);
    await page.leave();

    expect(storage.entries.size).toBe(0);
  });

  it('keeps what several pages leave at once', async () => {
    const pages = [newPage(), newPage(), newPage()];
    for (const page of pages) add(page, 10);
    await Promise.all(pages.map((page) => page.leave()));
    isAway = false;
    await newPage().flush();

    expect(sent).toHaveLength(30);
  });

  it('leaves for a later page what this one has no room for', async () => {
    for (let page = 0; page < 3; page++) {
      const queue = newPage(`sor_client_${String(page)}`);
      add(queue, 600);
      await queue.leave();
    }
    const [name, text] = [...storage.entries][0] ?? ['', ''];
    storage.entries.clear();
    for (let page = 0; page < 3; page++) storage.setItem(`${name}${String(page)}`, text);
    const owner = newPage('sor_client_0');

    expect(owner.waiting).toHaveLength(600);
    expect(lost).toEqual([]);
    expect(storage.entries.size).toBe(3);
  });

  it('gives nothing to another key', async () => {
    const first = newPage();
    add(first, 1);
    await first.leave();

    expect(newPage('sor_client_y').waiting).toEqual([]);
  });

  it('keeps no more than 400,000 characters, and exposures first', async () => {
    const page = newPage();
    add(page, 100, 'x'.repeat(10_000));
    const exposure = { flag: 'f', variant: 'v', rule: 'r', experiment: 'x', phase: 1, unitAttribute: 'a', unit: 'u' };
    page.add({ kind: 'exposure', exposure });
    await page.leave();
    const [text = ''] = storage.entries.values();

    expect(text.length).toBeLessThan(401_000);
    expect(newPage().waiting[0]?.payload.kind).toBe('exposure');
  });

  it('forgets after 7 days, and survives a full or damaged storage', async () => {
    const first = newPage();
    add(first, 1);
    await first.leave();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 7 * 24 * 60 * 60 * 1_000);
    expect(newPage().waiting).toEqual([]);
    clock.mockRestore();

    storage.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    add(first, 1);
    await expect(first.leave()).resolves.toBeUndefined();
  });

  it('takes over what is left when the provider is closed', async () => {
    const first = newPage();
    add(first, 1);

    expect(await first.close(0)).toEqual([]);
    expect(newPage().waiting).toHaveLength(1);
  });
});
