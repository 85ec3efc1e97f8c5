import { describe, expect, it } from '@jest/globals';

import { RecentKeys } from './recent-keys.js';

describe('RecentKeys', () => {
  it('does not know what was never added', () => {
    expect(new RecentKeys(4).has('a')).toBe(false);
  });

  it('remembers at least half as many keys as it may', () => {
    const keys = new RecentKeys(4);
    for (const key of 'abcdef') keys.add(key);

    expect([keys.has('e'), keys.has('f')]).toEqual([true, true]);
  });

  it('forgets what was not used for long, and keeps what was', () => {
    const keys = new RecentKeys(4);
    keys.add('a');
    for (const key of 'bcdef') {
      keys.has('a');
      keys.add(key);
    }

    expect(keys.has('a')).toBe(true);
    expect(keys.has('b')).toBe(false);
  });

  it('never holds more keys than it may', () => {
    const keys = new RecentKeys(4);
    const all = Array.from({ length: 100 }, (_, index) => String(index));
    for (const key of all) keys.add(key);

    expect(all.filter((key) => keys.has(key)).length).toBeLessThanOrEqual(4);
  });
});
