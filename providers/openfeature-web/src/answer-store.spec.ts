import { describe, expect, it, jest } from '@jest/globals';

import { AnswerStore } from './answer-store.js';
import { MemoryStorage } from './testing/memory-storage.js';

const answer = { answer: { flags: [{ key: 'a', value: 1 }] }, etag: '"1"' };
const identity = ['https://flags.example.com', 'sor_client_secret', 'shop'];
const context = { targetingKey: 'user-1', plan: 'pro' };

describe('AnswerStore', () => {
  it('gives an answer back for the same key, domain and context', async () => {
    const storage = new MemoryStorage();
    await new AnswerStore(storage, identity).save(context, answer);

    expect(await new AnswerStore(storage, identity).load(context)).toMatchObject(answer);
  });

  it.each([
    ['URL', ['https://other.example.com', 'sor_client_secret', 'shop'], context],
    ['key', ['https://flags.example.com', 'sor_client_other', 'shop'], context],
    ['domain', ['https://flags.example.com', 'sor_client_secret', undefined], context],
    ['context', identity, { ...context, plan: 'free' }],
  ])('gives nothing back for another %s', async (_, other, read) => {
    const storage = new MemoryStorage();
    await new AnswerStore(storage, identity).save(context, answer);

    expect(await new AnswerStore(storage, other).load(read)).toBeUndefined();
  });

  it('keeps one answer, under names that tell neither key nor context', async () => {
    const storage = new MemoryStorage();
    const store = new AnswerStore(storage, identity);
    await store.save(context, answer);
    await store.save({ targetingKey: 'user-2' }, answer);
    const [[name, text] = ['', '']] = [...storage.entries];

    expect(storage.entries.size).toBe(1);
    expect(name + text).not.toMatch(/secret|user-/);
  });

  it('gives nothing back after 30 days', async () => {
    const storage = new MemoryStorage();
    const day = 24 * 60 * 60 * 1_000;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(0);
    const store = new AnswerStore(storage, identity);
    await store.save(context, answer);

    clock.mockReturnValue(30 * day - 1);
    expect(await store.load(context)).toMatchObject(answer);
    clock.mockReturnValue(30 * day);
    expect(await store.load(context)).toBeUndefined();
    clock.mockRestore();
  });

  it('forgets', async () => {
    const storage = new MemoryStorage();
    const store = new AnswerStore(storage, identity);
    await store.save(context, answer);
    await store.clear();

    expect(storage.entries.size).toBe(0);
  });

  it('keeps nothing without a storage, in a broken one, or from broken text', async () => {
    const broken = {
      getItem: () => '{',
      setItem: () => {
        throw new Error('full');
      },
      removeItem: () => undefined,
    };

    for (const storage of [undefined, broken]) {
      const store = new AnswerStore(storage, identity);
      await store.save(context, answer);
      expect(await store.load(context)).toBeUndefined();
    }
  });

  it.each([undefined, new MemoryStorage()])('keeps nothing on an insecure page, which cannot hash', async (storage) => {
    const native = Object.getOwnPropertyDescriptor(globalThis, 'crypto');
    const rejected: unknown[] = [];
    const reject = (reason: unknown): void => {
      rejected.push(reason);
    };
    process.on('unhandledRejection', reject);
    Object.defineProperty(globalThis, 'crypto', { configurable: true, value: {} });
    try {
      const store = new AnswerStore(storage, identity);
      await store.save(context, answer);
      await store.clear();

      expect(await store.load(context)).toBeUndefined();
      // Rejections that nobody handles are told before the next turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
      expect(rejected).toEqual([]);
    } finally {
      if (native) Object.defineProperty(globalThis, 'crypto', native);
      process.off('unhandledRejection', reject);
    }
  });
});
