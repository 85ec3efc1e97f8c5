import { describe, expect, it } from '@jest/globals';

import { SerialQueue } from './serial-queue.js';

describe('a serial queue', () => {
  it('begins each work when the one before has ended', async () => {
    const queue = new SerialQueue();
    const seen: string[] = [];
    const work = (name: string) => async () => {
      seen.push(`${name} begins`);
      await Promise.resolve();
      seen.push(`${name} ends`);
      return name;
    };

    const results = await Promise.all([queue.run(work('first')), queue.run(work('second'))]);

    expect(results).toEqual(['first', 'second']);
    expect(seen).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
  });

  it('tells a failure to its caller only and goes on', async () => {
    const queue = new SerialQueue();
    const failing = queue.run(() => Promise.reject(new Error('disk full')));
    const next = queue.run(() => Promise.resolve('done'));

    await expect(failing).rejects.toThrow('disk full');
    await expect(next).resolves.toBe('done');
  });

  it('is idle when all work has ended, the failed too', async () => {
    const queue = new SerialQueue();
    let ended = 0;
    queue
      .run(async () => {
        await Promise.resolve();
        ended += 1;
        throw new Error('disk full');
      })
      .catch(() => undefined);

    await queue.idle();

    expect(ended).toBe(1);
  });
});
