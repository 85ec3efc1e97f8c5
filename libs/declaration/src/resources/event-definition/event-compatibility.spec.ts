import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@sortition/kernel';
import fc from 'fast-check';

import { compatibilityProblems } from './event-compatibility.js';
import type { Compatibility, EventDefinition } from './event-definition.js';
import { compileEventSchema } from './event-schema.js';

const SCHEMA = {
  type: 'object',
  properties: { amount: { type: 'number', minimum: 0 }, currency: { enum: ['EUR', 'USD'] } },
  required: ['amount'],
  additionalProperties: false,
};
const PURCHASE: EventDefinition = {
  event: 'purchase',
  description: '',
  owner: '',
  schema: SCHEMA,
  value: { presence: 'required', minimum: 0, maximum: 100 },
  requiredUnits: ['targetingKey'],
  personalData: [],
  compatibility: 'backward',
};
const withProperties = (properties: JsonObject, more: JsonObject = {}): Partial<EventDefinition> => ({
  schema: { ...SCHEMA, properties: { ...SCHEMA.properties, ...properties }, ...more },
});
const fieldsOf = (compatibility: Compatibility, change: Partial<EventDefinition>): readonly string[] =>
  compatibilityProblems({ ...PURCHASE, compatibility }, { ...PURCHASE, ...change }, 'definition').map(
    ({ field }) => field,
  );

describe('compatibility of event definitions', () => {
  // Backward: what was valid stays valid. Forward: what becomes valid was valid.
  it.each<[string, Partial<EventDefinition>, string, string]>([
    ['nothing', {}, '', ''],
    ['the owner and the description', { owner: 'team', description: 'Bought' }, '', ''],
    ['a new optional property', withProperties({ coupon: { type: 'string' } }), '', 'schema.properties.coupon'],
    [
      'a new required property',
      withProperties({ coupon: { type: 'string' } }, { required: ['amount', 'coupon'] }),
      'schema.properties.coupon',
      'schema.properties.coupon',
    ],
    [
      'a property that becomes required',
      { schema: { ...SCHEMA, required: ['amount', 'currency'] } },
      'schema.properties.currency',
      '',
    ],
    ['a property that becomes optional', { schema: { ...SCHEMA, required: [] } }, '', 'schema.properties.amount'],
    [
      'a narrower type',
      withProperties({ amount: { type: 'integer', minimum: 0 } }),
      'schema.properties.amount.type',
      '',
    ],
    [
      'a wider type',
      withProperties({ amount: { type: ['number', 'null'], minimum: 0 } }),
      '',
      'schema.properties.amount.type',
    ],
    [
      'a wider choice',
      withProperties({ currency: { enum: ['EUR', 'USD', 'CHF'] } }),
      '',
      'schema.properties.currency.enum',
    ],
    ['a narrower choice', withProperties({ currency: { enum: ['EUR'] } }), 'schema.properties.currency.enum', ''],
    ['open properties', { schema: { ...SCHEMA, additionalProperties: true } }, '', 'schema.additionalProperties'],
    [
      'a value that may be missing',
      { value: { presence: 'optional', minimum: 0, maximum: 100 } },
      '',
      'value.presence',
    ],
    ['a value that is forbidden', { value: { presence: 'forbidden' } }, 'value.presence', 'value.presence'],
    ['a narrower range', { value: { presence: 'required', minimum: 0, maximum: 9 } }, 'value.maximum', ''],
    ['a wider range', { value: { presence: 'required', maximum: 100 } }, '', 'value.minimum'],
    ['one more required unit', { requiredUnits: ['targetingKey', 'company'] }, 'required_units', ''],
    ['one required unit less', { requiredUnits: [] }, '', 'required_units'],
  ])('judges %s', (_change, change, backward, forward) => {
    const [first = ''] = fieldsOf('backward', change);
    const [second = ''] = fieldsOf('forward', change);

    expect(first.replace('definition.', '')).toBe(backward);
    expect(second.replace('definition.', '')).toMatch(
      forward === '' ? /^$/ : new RegExp(`^${forward.replaceAll('.', '\\.')}`),
    );
    expect(fieldsOf('none', change)).toEqual([]);
    expect(fieldsOf('full', change)).toEqual([...fieldsOf('backward', change), ...fieldsOf('forward', change)]);
  });

  it('says what changed and what it would do', () => {
    const [problem] = compatibilityProblems(
      PURCHASE,
      { ...PURCHASE, ...withProperties({ amount: { type: 'string' } }) },
      'd',
    );

    expect(problem).toEqual({
      field: 'd.schema.properties.amount.type',
      description: 'must not change from "number" to "string"; events that were valid would not be',
    });
  });

  it('keeps every event valid that was, when it allows a change backward', () => {
    let kept = 0;
    fc.assert(
      fc.property(
        closedSchema,
        closedSchema,
        fc.array(properties, { minLength: 12, maxLength: 12 }),
        (previous, next, events) => {
          const [before, after] = [previous, next].map((schema) => ({ ...PURCHASE, schema }));
          if (!before || !after || compatibilityProblems(before, after, '').length > 0) return;
          const valid = events.filter(checkOf(previous));
          kept += valid.length;
          expect({ valid, previous, next, areValid: valid.every(checkOf(next)) }).toMatchObject({ areValid: true });
        },
      ),
      { numRuns: 200 },
    );
    expect(kept).toBeGreaterThan(50);
  });
});

const property = fc.constantFrom<JsonObject>(
  { type: 'number' },
  { type: 'integer' },
  { type: ['number', 'null'] },
  { enum: [1, 'x'] },
  { type: 'string', maxLength: 1 },
  {},
);
const closedSchema: fc.Arbitrary<JsonObject> = fc.record({
  properties: fc.dictionary(fc.constantFrom('a', 'b'), property, { maxKeys: 2 }),
  required: fc.uniqueArray(fc.constantFrom('a', 'b'), { maxLength: 1 }),
  additionalProperties: fc.boolean(),
});
const properties = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(1, 1.5, 'x', 'xy', null), {
  maxKeys: 3,
}) as fc.Arbitrary<JsonObject>;

function checkOf(schema: JsonObject): (event: JsonObject) => boolean {
  const compiled = compileEventSchema(schema, 'schema');
  return (event) => 'schema' in compiled && compiled.schema.problemOf(event) === undefined;
}
