import { describe, expect, it } from '@jest/globals';

import { schemaChangeViolations, schemaViolations } from './index.js';

const button = {
  type: 'object',
  properties: { color: { enum: ['red', 'blue'] }, size: { type: 'number', minimum: 1 } },
  required: ['color'],
  additionalProperties: false,
};

describe('the schema of an object flag', () => {
  it('accepts variants that fit it', () => {
    expect(schemaViolations(button, [{ key: 'a', value: { color: 'red', size: 2 } }], 'flag')).toEqual([]);
  });

  it('names every value that does not fit', () => {
    const variants = [{ key: 'a', value: { color: 'green', size: 0, extra: true } }];

    const fields = schemaViolations(button, variants, 'flag').map(({ field }) => field);

    expect(fields).toEqual(['flag.variants[0].value', 'flag.variants[0].value.color', 'flag.variants[0].value.size']);
  });

  it('refuses what is no schema, with the reason', () => {
    const [violation] = schemaViolations({ type: 'objekt' }, [], 'flag');

    expect(violation?.field).toBe('flag.schema');
    expect(violation?.description).toContain('must be a JSON Schema of 2020-12');
  });

  it('refuses a misspelt keyword', () => {
    expect(schemaViolations({ requierd: ['a'] }, [], 'flag')).toHaveLength(1);
  });
});

describe('a change of schema', () => {
  it.each([
    ['nothing', button],
    ['a narrower enum', { ...button, properties: { ...button.properties, color: { enum: ['red'] } } }],
    ['one more required property', { ...button, required: ['color', 'size'] }],
    ['a higher minimum', { ...button, properties: { ...button.properties, size: { type: 'integer', minimum: 2 } } }],
    ['a new optional property', { ...button, properties: { ...button.properties, label: { type: 'string' } } }],
    ['another description', { ...button, description: 'A button' }],
  ])('lets %s pass', (_change, next) => {
    expect(schemaChangeViolations(button, next, 'flag.schema')).toEqual([]);
  });

  it.each([
    [
      'a removed property',
      { ...button, properties: { color: button.properties.color } },
      'flag.schema.properties.size',
    ],
    ['a property no longer required', { ...button, required: [] }, 'flag.schema.required'],
    [
      'a wider enum',
      { ...button, properties: { ...button.properties, color: {} } },
      'flag.schema.properties.color.enum',
    ],
    ['another type', { ...button, type: ['object', 'null'] }, 'flag.schema.type'],
    [
      'a lower minimum',
      { ...button, properties: { ...button.properties, size: { type: 'number', minimum: 0 } } },
      'flag.schema.properties.size.minimum',
    ],
    ['open properties', { ...button, additionalProperties: true }, 'flag.schema.additionalProperties'],
    ['a new reference', { ...button, $ref: '#/$defs/x' }, 'flag.schema.$ref'],
  ])('refuses %s and says where', (_change, next, field) => {
    const fields = schemaChangeViolations(button, next, 'flag.schema').map((violation) => violation.field);

    expect(fields).toEqual([field]);
  });
});
