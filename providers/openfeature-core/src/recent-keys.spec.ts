import { describe, expect, it } from '@jest/globals';

import { RecentKeys } from './recent-keys.js';

describe('RecentKeys', () => {
  it('forgets the key that was not used for the longest time', () => {
    const keys = new RecentKeys(2);
    keys.add('a');
    keys.add('b');
    keys.has('a');
    keys.add('c');

    expect([keys.has('a'), keys.has('b'), keys.has('c')]).toEqual([true, false, true]);
  });

  it('does not know what was never added', () => {
    expect(new RecentKeys(1).has('a')).toBe(false);
  });
});
