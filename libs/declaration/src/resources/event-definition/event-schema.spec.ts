import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@sortition/kernel';

import { compileEventSchema, type EventSchema } from './event-schema.js';

const compiled = (schema: JsonObject): EventSchema => {
  const result = compileEventSchema(schema, 'schema');
  if ('violations' in result) throw new Error(JSON.stringify(result.violations));
  return result.schema;
};
const violationsOf = (schema: JsonObject): readonly { readonly field: string; readonly description: string }[] => {
  const result = compileEventSchema(schema, 'schema');
  return 'violations' in result ? result.violations : [];
};

describe('an event schema', () => {
  it.each<[string, JsonObject, JsonObject, readonly string[]]>([
    ['a missing property', { required: ['amount'] }, {}, ['amount']],
    ['a wrong type', { properties: { amount: { type: 'number' } } }, { amount: '12' }, ['amount']],
    ['a property too many', { properties: { a: true }, additionalProperties: false }, { a: 1, b: 2 }, ['b']],
    ['a value deep within', { properties: { items: { items: { minimum: 1 } } } }, { items: [1, 0] }, ['items', '1']],
    ['a name with a slash', { properties: { 'a/b': { const: 1 } } }, { 'a/b': 2 }, ['a/b']],
    ['a format', { properties: { at: { format: 'date-time' } } }, { at: 'yesterday' }, ['at']],
  ])('names the place of %s', (_problem, schema, value, path) => {
    expect(compiled(schema).problemOf(value)?.path).toEqual(path);
  });

  it.each([
    ['date-time', '2026-05-01T12:00:00.5+02:00', true],
    ['date-time', '2026-02-30T12:00:00Z', false],
    ['date-time', '2026-05-01T24:00:00Z', false],
    ['date-time', '2026-05-01', false],
    ['date', '2024-02-29', true],
    ['date', '2026-02-29', false],
    ['date', '2026-05-01T12:00:00Z', false],
  ])('of the format %s, asked for %s, says %s', (format, at, isFit) => {
    expect(compiled({ properties: { at: { format } } }).problemOf({ at }) === undefined).toBe(isFit);
  });

  it('lets references to its own definitions be used many times', () => {
    const money = { type: 'object', required: ['currency'] };
    const schema = { $defs: { money }, properties: { net: { $ref: '#/$defs/money' }, tax: { $ref: '#/$defs/money' } } };

    expect(compiled(schema).problemOf({ net: { currency: 'EUR' }, tax: {} })?.path).toEqual(['tax', 'currency']);
  });

  it('checks a hostile text against a hostile pattern in linear time', () => {
    const schema = compiled({ properties: { text: { pattern: '^(a+)+$' } } });

    expect(schema.problemOf({ text: `${'a'.repeat(50_000)}!` })?.path).toEqual(['text']);
  });

  it.each<[string, JsonObject, string]>([
    ['a misspelt keyword', { properties: { a: { requierd: [] } } }, 'schema.properties.a.requierd'],
    ['a reference to the outside', { $ref: 'https://example.com/schema' }, 'schema.$ref'],
    [
      'a reference to itself',
      { $defs: { a: { items: { $ref: '#/$defs/a' } } }, $ref: '#/$defs/a' },
      'schema.$defs.a.items.$ref',
    ],
    ['unbounded unique items', { properties: { a: { uniqueItems: true } } }, 'schema.properties.a.uniqueItems'],
    ['a keyword that depends on others', { unevaluatedProperties: false }, 'schema.unevaluatedProperties'],
    ['what is no schema', { properties: { a: 7 } }, 'schema.properties.a'],
    ['an unknown type', { type: 'objekt' }, 'schema'],
    ['an unknown format', { properties: { a: { format: 'colour' } } }, 'schema'],
    ['a pattern that needs look-ahead', { properties: { a: { pattern: '(?=x)' } } }, 'schema'],
  ])('refuses %s and says where', (_case, schema, field) => {
    expect(violationsOf(schema).map((violation) => violation.field)).toEqual([field]);
  });

  it('refuses a schema whose references multiply without end', () => {
    const level = (next: string): JsonObject => ({ allOf: [{ $ref: `#/$defs/${next}` }, { $ref: `#/$defs/${next}` }] });
    const levels = Array.from({ length: 40 }, (_, index) => [`l${index}`, level(`l${index + 1}`)]);
    const schema = { $defs: { ...(Object.fromEntries(levels) as JsonObject), l40: true }, $ref: '#/$defs/l0' };

    expect(violationsOf(schema)).toEqual([{ field: 'schema', description: 'must hold at most 1000 schemas' }]);
  });

  it('refuses a schema that is too large', () => {
    expect(violationsOf({ description: 'x'.repeat(70_000) })[0]?.description).toContain('at most 65536 characters');
  });
});
