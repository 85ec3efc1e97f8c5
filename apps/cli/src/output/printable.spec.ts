import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';

import { renderDeclaration } from '../declaration/render-declaration.js';
import { printableData, printableText, printableValue } from './printable.js';

/** Texts full of what a terminal acts on. */
const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\u001b', '\u0007', '\r', '\n', '\t', '\u009b', '\u202e', '\u2066', '\u061c', '\u2028', '\ud800'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom('a', ' ', ':', '#', '-', '"', "'", '\\'),
  ),
});

/** Without halves of surrogate pairs, which no file in UTF-8 can hold. */
const storable = hostile.filter((text) => !/\p{Cs}/u.test(text));

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const ACTS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

describe('printable text', () => {
  it.each([
    ['\u001b[31mred\u0007', '\\u001b[31mred\\u0007'],
    ['over\rwritten', 'over\\u000dwritten'],
    ['C1 \u009b2J and DEL \u007f', 'C1 \\u009b2J and DEL \\u007f'],
    ['user\u202egnp.exe', 'user\\u202egnp.exe'],
    ['two\nlines\tand a tab', 'two\nlines\tand a tab'],
    ['Zürich 東京 👩‍💻 עברית', 'Zürich 東京 👩‍💻 עברית'],
  ])('of %j is %j', (text, expected) => {
    expect(printableText(text)).toBe(expected);
  });

  it('holds nothing that a terminal acts on, whatever was in it', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(printableText(text)).not.toMatch(ACTS);
        expect(printableValue(text)).not.toMatch(/[\n\t]/);
      }),
    );
  });

  it('of JSON is the same JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 2 }), hostile, (data, text) => {
        const json = JSON.stringify({ data, [text]: text });

        expect(JSON.parse(printableText(json))).toEqual(JSON.parse(json));
      }),
    );
  });

  it('of an exported declaration is the same declaration', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ key: storable, value: storable })), storable, storable, (flags, key, value) => {
        const declaration = { flags, described: { [key]: value } };

        expect(parse(`${printableText(renderDeclaration(declaration))}\n`)).toEqual(declaration);
      }),
    );
  });

  it('keeps each value of data in its line, names included', () => {
    expect(printableData({ 'a\nb': ['c\td', { e: null, f: 1 }] })).toEqual({ 'a\\nb': ['c\\td', { e: null, f: 1 }] });
  });
});
