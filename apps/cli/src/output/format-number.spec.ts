import { describe, expect, it } from '@jest/globals';

import { formatNumber, formatP, formatPercent, formatPoints } from './format-number.js';

describe('numbers for a person', () => {
  it.each([
    [0, '0.00%'],
    [0.1234, '12.34%'],
    [0.002, '0.200%'],
    [0.000214, '0.0214%'],
    [0.00996, '1.00%'],
    [-0.0000000332, '-0.00000332%'],
    [-1, '-100.00%'],
  ])('keep three digits of the share %d', (share, text) => {
    expect(formatPercent(share)).toBe(text);
  });

  it('give differences of shares in percentage points with their sign', () => {
    expect([0.0123, -0.002, 0].map(formatPoints)).toEqual(['+1.23', '-0.200', '0.00']);
  });

  it.each([
    [9_999_999.667, '9,999,999.67'],
    [1234.5, '1,234.5'],
    [12.345678, '12.35'],
    [0.00001, '1.000e-5'],
    [3e15, '3.000e+15'],
  ])('write %d so that means a little apart look different', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it('make a p-value part of a sentence', () => {
    expect([0.03, 0.00001].map(formatP)).toEqual(['p = 0.0300', 'p < 0.0001']);
  });
});
