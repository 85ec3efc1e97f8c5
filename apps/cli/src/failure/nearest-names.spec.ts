import { describe, expect, it } from '@jest/globals';

import { suggestion } from './nearest-names.js';

describe('a suggestion', () => {
  it.each([
    ['spent', ['visit', 'conversion', 'spend'], 'did you mean "spend"?'],
    ['Visit', ['visit', 'conversion'], 'did you mean "visit"?'],
    ['purchase', ['purchase_count', 'purchase_value', 'age'], 'did you mean "purchase_count" or "purchase_value"?'],
    ['c', ['a', 'b'], 'there are "a", "b".'],
  ])('for %s among %j', (wanted, known, expected) => {
    expect(suggestion(wanted, known)).toBe(expected);
  });

  it('lists at most twelve of the names that exist', () => {
    const known = Array.from({ length: 30 }, (_, index) => `column-${index}`);

    expect(suggestion('x', known)).toMatch(/"column-11" and 18 more\.$/);
  });
});
