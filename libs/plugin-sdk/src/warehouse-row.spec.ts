import { describe, expect, it } from '@jest/globals';

import { warehouseRow } from './warehouse-row.js';

describe('a row of a warehouse', () => {
  it.each([
    ['text', 'on', 'on'],
    ['a number', 1.5, 1.5],
    ['a truth value', false, false],
    ['a whole number of 64 bits', 12n, 12],
    ['a time', new Date(1_780_000_000_123), '2026-05-28T20:26:40.123Z'],
    ['a list', ['a', 1], '["a",1]'],
    ['nothing', null, null],
    ['an absent value', undefined, null],
  ])('has %s in the type of the port', (_, value, expected) => {
    expect(warehouseRow({ column: value })).toEqual({ column: expected });
  });
});
