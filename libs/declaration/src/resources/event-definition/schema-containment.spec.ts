import { describe, expect, it } from '@jest/globals';
import type { JsonObject, JsonValue } from '@sortition/kernel';
import fc from 'fast-check';

import { allowsAll } from './event-schema.js';
import { excesses } from './schema-containment.js';

const number = { type: 'number' };
const text = { type: 'string' };

describe('containment of schemas', () => {
  it.each<[string, JsonValue, JsonValue]>([
    ['a schema in itself', { properties: { a: number } }, { properties: { a: number } }],
    ['anything in everything', { properties: { a: number } }, true],
    ['nothing in anything', false, { required: ['a'] }],
    ['an integer in a number', { type: 'integer' }, number],
    ['a choice in the type of its values', { enum: ['a', 'b'] }, text],
    ['a choice in a wider choice', { enum: ['a'] }, { enum: ['a', 'b'] }],
    ['a constant in a choice', { const: 1 }, { enum: [1, 2] }],
    ['a narrower range in a wider one', { ...number, minimum: 2, maximum: 3 }, { ...number, minimum: 2, maximum: 9 }],
    ['an open limit in a closed one', { ...number, exclusiveMinimum: 2 }, { ...number, minimum: 2 }],
    ['a longer demand in a shorter one', { ...text, minLength: 3 }, { ...text, minLength: 2 }],
    ['one more required property', { required: ['a', 'b'] }, { required: ['a'] }],
    [
      'a closed object in one with an optional property',
      { additionalProperties: false },
      { properties: { a: number } },
    ],
    [
      'a property of a closed object',
      { properties: { a: number }, additionalProperties: false },
      { properties: { a: number, b: text }, additionalProperties: false },
    ],
    ['a list of integers in a list of numbers', { items: { type: 'integer' } }, { items: number }],
    ['an alternative in more of them', { anyOf: [number] }, { anyOf: [text, number] }],
    ['one thing in an alternative', number, { anyOf: [text, number] }],
    ['all in each of all', { ...number, minimum: 1 }, { allOf: [number, { minimum: 0 }] }],
    ['what says the same in other words', { description: 'x', ...number }, { title: 'y', ...number }],
    ['limits of a type that cannot occur', number, { minLength: 4, ...number }],
  ])('finds %s', (_case, inner, outer) => {
    expect(excesses(inner, outer)).toEqual([]);
  });

  it.each<[string, JsonValue, JsonValue, string]>([
    ['a wider type', { type: ['number', 'null'] }, number, 'type'],
    ['no type', {}, number, 'type'],
    ['a wider choice', { enum: ['a', 'b'] }, { enum: ['a'] }, 'enum'],
    ['a lower limit', { ...number, minimum: 1 }, { ...number, minimum: 2 }, 'minimum'],
    ['a closed limit', { ...number, maximum: 2 }, { ...number, exclusiveMaximum: 2 }, 'exclusiveMaximum'],
    ['a property that may be missing', {}, { required: ['a'] }, 'properties.a'],
    ['an open object', {}, { properties: { a: number } }, 'properties.a.type'],
    [
      'a property named like an annotation',
      { properties: { title: text } },
      { properties: { title: number } },
      'properties.title.type',
    ],
    ['other properties', {}, { additionalProperties: false }, 'additionalProperties'],
    ['longer lists', { maxItems: 4 }, { maxItems: 3 }, 'maxItems'],
    ['repeated items', { type: 'array' }, { type: 'array', uniqueItems: true, maxItems: 5 }, 'maxItems'],
    ['another pattern', { ...text, pattern: 'a' }, { ...text, pattern: 'b' }, 'pattern'],
    ['a new format', text, { ...text, format: 'email' }, 'format'],
    ['fewer alternatives', { anyOf: [text, number] }, { anyOf: [text] }, 'anyOf'],
    ['another demand on contents', { contains: number, minContains: 0 }, { contains: number }, 'minContains'],
    [
      'names covered by a pattern',
      { patternProperties: { '^x': true }, additionalProperties: number },
      { additionalProperties: number },
      'patternProperties',
    ],
  ])('finds that %s goes beyond', (_case, inner, outer, path) => {
    expect(excesses(inner, outer).map((excess) => excess.path.join('.'))).toContain(path);
  });

  it('checks alternatives within alternatives', () => {
    const nested = { anyOf: [{ anyOf: [{ properties: { a: true } }, {}], not: {} }, {}] };

    expect(allowsAll(nested, [{}, { a: 1 }, null])).toBe(true);
  });

  it('never calls a schema contained when a value fits it and not the other', () => {
    let shown = 0;
    fc.assert(
      fc.property(schema(2), changes, fc.array(value, { minLength: 10, maxLength: 10 }), (inner, change, values) => {
        const outer = change(inner);
        if (excesses(inner, outer).length > 0) return;
        const fitting = values.filter((each) => allowsAll(inner, [each]));
        shown += fitting.length;
        expect({ inner, outer, fitting, isContained: allowsAll(outer, fitting) }).toMatchObject({ isContained: true });
      }),
      { numRuns: RUNS },
    );
    // Otherwise the property would have shown nothing.
    expect(shown).toBeGreaterThan(RUNS / 5);
  });
});

const RUNS = 150;
const name = fc.constantFrom('a', 'b', 'title');
const small = fc.integer({ min: 0, max: 3 });
const scalar = fc.constantFrom<JsonValue>(null, true, -1, 0, 1, 1.5, 2, 3, '', 'a', 'abc');
const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }) as fc.Arbitrary<JsonValue>,
  ),
}));

/** Schemas of at most three keywords, so that most of them allow something. */
function schema(depth: number): fc.Arbitrary<JsonObject> {
  const within = depth === 0 ? fc.constantFrom<JsonValue>(true, { type: 'number' }) : schema(depth - 1);
  const types = ['object', 'number', 'integer', 'string', 'array', ['number', 'null']];
  const keyword = fc.oneof(
    pair('type', fc.constantFrom<JsonValue>(...types)),
    pair('enum', fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 })),
    pair('minimum', small),
    pair('exclusiveMaximum', small),
    pair('multipleOf', fc.constantFrom(1, 0.5)),
    pair('minLength', small),
    pair('maxItems', small),
    pair('items', within),
    pair('properties', fc.dictionary(name, within, { maxKeys: 2 })),
    pair('additionalProperties', fc.oneof(fc.boolean(), within)),
    pair('required', fc.uniqueArray(name, { maxLength: 1 })),
    pair('minProperties', small),
    pair('anyOf', fc.array(within, { minLength: 1, maxLength: 2 })),
    pair('allOf', fc.array(within, { minLength: 1, maxLength: 2 })),
    pair('not', within),
  );
  return fc.array(keyword, { maxLength: 3 }).map((keywords) => Object.fromEntries(keywords) as JsonObject);
}

function pair(keyword: string, schemas: fc.Arbitrary<unknown>): fc.Arbitrary<readonly [string, unknown]> {
  return schemas.map((each) => [keyword, each] as const);
}

/** Drops a keyword, takes some from another schema, or takes the other schema whole. */
const changes: fc.Arbitrary<(schema: JsonObject) => JsonObject> = fc.oneof(
  { weight: 3, arbitrary: fc.nat(20).map((position) => (before: JsonObject) => without(before, position)) },
  { weight: 2, arbitrary: schema(1).map((other) => (before: JsonObject) => ({ ...before, ...other })) },
  { weight: 1, arbitrary: schema(1).map((other) => () => other) },
);

function without(schema: JsonObject, position: number): JsonObject {
  const keywords = Object.keys(schema);
  const dropped = keywords[position % Math.max(1, keywords.length)];
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => keyword !== dropped));
}
