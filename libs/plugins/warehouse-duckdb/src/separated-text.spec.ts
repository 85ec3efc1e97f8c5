import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { separatedText } from './separated-text.js';

const joined = (rows: readonly (readonly string[])[]): ReturnType<typeof separatedText> =>
  separatedText(([row, text]) => ({
    text: rows.map((texts) => texts.join(text)).join(row),
    counts: [rows.length - 1, rows.reduce((sum, { length }) => sum + length - 1, 0), 0],
  }));
const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('\u001d', '\u001e', '\u001f', 'a') }));

describe('separated text', () => {
  it('gives every row and text back, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(fc.array(text, { minLength: 1 }), { minLength: 1 }), (rows) => {
        const { text: whole, separators } = joined(rows);

        expect(whole.split(separators[0]).map((row) => row.split(separators[1]))).toEqual(rows);
      }),
    );
  });

  it('keeps to short separators as long as no text holds one', () => {
    expect(joined([['a', 'b'], ['c']]).text).toBe('a\u001fb\u001ec');
  });
});
