import { describe, expect, it } from '@jest/globals';

import { counted } from './counted.js';

describe('a counted thing', () => {
  it.each([
    [0, '0 units'],
    [1, '1 unit'],
    [2, '2 units'],
    [12_000, '12,000 units'],
  ])('is written for %d as %s', (count, text) => {
    expect(counted(count, 'unit')).toBe(text);
  });
});
