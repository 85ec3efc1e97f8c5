import { describe, expect, it } from '@jest/globals';

import { differingPaths } from './differing-paths.js';

describe('differingPaths', () => {
  it('names nested properties and items', () => {
    const before = { enabled: true, rules: [{ key: 'a', share: 1 }] };
    const after = { enabled: false, rules: [{ key: 'a', share: 2 }] };

    expect(differingPaths(before, after)).toEqual(['enabled', 'rules[0].share']);
  });

  it('names a list as a whole when its length changes', () => {
    expect(differingPaths({ rules: [1] }, { rules: [1, 2] })).toEqual(['rules']);
  });

  it('names what appears and what disappears', () => {
    expect(differingPaths({ unit: 'company' }, { layer: 'checkout' })).toEqual(['layer', 'unit']);
  });

  it('finds nothing between equal values in another order', () => {
    expect(differingPaths({ a: 1, b: 2 }, { b: 2, a: 1 })).toEqual([]);
  });
});
