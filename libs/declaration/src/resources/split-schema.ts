import type { JsonObject } from '@sortition/kernel';

import { listSchema, objectSchema, TEXT_SCHEMA } from './declared-schemas.js';

/** JSON Schemas of how units are divided; the engine checks what they cannot say. */

const NUMBER = { type: 'number' };
const RANGES = listSchema(objectSchema({ start: NUMBER, end: NUMBER }, ['start', 'end']));
const EQUAL = 'equal';

const percentOrEqual: JsonObject = {
  anyOf: [{ type: 'number', minimum: 0, maximum: 100 }, { const: EQUAL }],
  description: 'Percent in steps of 0.0001, or "equal": an equal part of what the others leave.',
};

export const PERCENT_SCHEMA: JsonObject = {
  type: 'number',
  minimum: 0,
  maximum: 100,
  description: 'Steps of 0.0001 are kept.',
};

/** A list keeps its order, which decides who gets what; a map is walked with the control first, then by key. */
export const SHARES_SCHEMA: JsonObject = {
  oneOf: [
    {
      type: 'array',
      minItems: 1,
      items: objectSchema({ variant: TEXT_SCHEMA, percent: percentOrEqual }, ['variant', 'percent']),
    },
    { type: 'object', minProperties: 1, additionalProperties: percentOrEqual },
    { const: EQUAL },
  ],
  description: 'Percent by variant, or "equal" for all variants of the flag alike.',
};

const IMPORTED_PROGRAM_SCHEMA: JsonObject = {
  ...objectSchema(
    {
      hash: { enum: ['murmur3_x86_32', 'murmur3_x64_128', 'fnv1a_32', 'sha1', 'sha256', 'md5', 'crc32'] },
      keyTemplate: { type: 'string', description: 'What is hashed, with {salt}, {unit} and {flag}.' },
      seed: NUMBER,
      encoding: { enum: ['utf8', 'cbor-text', 'utf16-low-byte', 'utf16-units', 'ascii-or-backslash'] },
      rounds: { enum: [1, 2] },
      reduce: objectSchema(
        {
          kind: { enum: ['scale', 'modulo', 'fraction', 'signed-fraction'] },
          total: NUMBER,
          bits: NUMBER,
          offset: NUMBER,
          divisor: NUMBER,
          multiplier: NUMBER,
        },
        ['kind', 'total'],
      ),
      repeatOnLargest: TEXT_SCHEMA,
      edge: { enum: ['exclusive', 'inclusive'] },
      order: { enum: ['given', 'variant-ascending', 'variant-descending'] },
      remainder: { enum: ['none', 'last'] },
      missingUnit: { enum: ['skip', 'error', 'bucket-zero', 'empty-string', 'null-text'] },
      emptyUnit: { enum: ['missing', 'hash'] },
      coerce: { enum: ['none', 'integers', 'scalars'] },
    },
    ['hash', 'keyTemplate', 'reduce'],
  ),
  description: 'How an imported flag turns a unit into a number.',
};

export const PROGRAM_SCHEMA: JsonObject = {
  oneOf: [{ enum: ['native', 'cbor'] }, IMPORTED_PROGRAM_SCHEMA],
  description:
    'How a unit becomes a number. native (absent): as version 2 of fractional in flagd. cbor: as version 3. Changing it moves units.',
};

export const GATES_SCHEMA: JsonObject = {
  ...listSchema(
    objectSchema({ program: IMPORTED_PROGRAM_SCHEMA, salt: TEXT_SCHEMA, ranges: RANGES }, ['salt', 'ranges']),
  ),
  description: 'Stages that a unit must pass before the split, each with a hash of its own.',
};

export const ALLOCATIONS_SCHEMA: JsonObject = {
  ...listSchema(objectSchema({ variant: TEXT_SCHEMA, weight: NUMBER, ranges: RANGES }, ['variant'])),
  minItems: 1,
  description: 'Shares of an imported flag in the units of its program, by weight or by ranges.',
};
