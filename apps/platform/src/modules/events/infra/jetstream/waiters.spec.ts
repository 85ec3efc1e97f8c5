import { describe, expect, it } from '@jest/globals';

import { Waiters } from './waiters.js';

describe('Waiters', () => {
  it('go when they are woken', async () => {
    const waiters = new Waiters();
    const woken = Promise.all([1, 2].map(() => waiters.wait(performance.now() + 60_000)));

    waiters.wake();

    await expect(woken).resolves.toHaveLength(2);
    expect(waiters.size).toBe(0);
  });

  it('are forgotten at their deadline, though nobody wakes them', async () => {
    const waiters = new Waiters();

    await Promise.all([waiters.wait(performance.now() + 5), waiters.wait(performance.now() - 1)]);

    expect(waiters.size).toBe(0);
  });
});
