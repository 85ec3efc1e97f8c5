import { describe, expect, it } from '@jest/globals';

import { KeyRateLimit } from './key-rate-limit.js';

describe('KeyRateLimit', () => {
  it('refuses what exceeds the limit of a key, and says when to come again', async () => {
    const limit = new KeyRateLimit('evaluations', 2);
    await limit.take('a');
    await limit.take('a');

    const refused = limit.take('a');

    await expect(refused).rejects.toMatchObject({
      kind: 'exhausted',
      code: 'QUOTA_EXCEEDED',
      message: 'The API key "a" may use 2 evaluations per second; try again later.',
      retryAfterMs: expect.any(Number),
    });
  });

  it('counts every key for itself', async () => {
    const limit = new KeyRateLimit('evaluations', 1);
    await limit.take('a');

    await expect(limit.take('b')).resolves.toBeUndefined();
  });

  it('counts amounts', async () => {
    const limit = new KeyRateLimit('events', 10);
    await limit.take('a', 8);

    await expect(limit.take('a', 3)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
  });
});
