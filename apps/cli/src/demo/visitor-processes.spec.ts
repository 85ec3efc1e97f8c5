import { describe, expect, it } from '@jest/globals';

import { sharesOf } from './visitor-processes.js';

describe('the shares of the processes', () => {
  it.each([
    [10, 2, [5, 5]],
    [10, 3, [3, 3, 4]],
    [2, 3, [0, 1, 1]],
  ])('of %i visitors among %i add up and differ by at most one', (visitors, processes, shares) => {
    expect(sharesOf(visitors, processes)).toEqual(shares);
  });
});
