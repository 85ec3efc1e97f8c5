import type { JsonObject } from '@sortition/kernel';

const key = { type: 'string', pattern: '^[a-z0-9._-]{1,100}$' };
const text = { type: 'string' };
const salt = {
  type: 'string',
  pattern: '^[^/]+$',
  description:
    'Part of the bucketing hash. Absent: made once and kept; a copy elsewhere needs it to keep units in place.',
};
const optionalText = { type: ['string', 'null'], description: 'null clears it.' };
const time = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}:\\d{2})$' };
const percent = { type: 'number', minimum: 0, maximum: 100, description: 'Steps of 0.0001 are kept.' };

/** A list keeps its order, which decides who gets what; a map is walked with the control first, then by key. */
const shares = {
  oneOf: [
    {
      type: 'array',
      minItems: 1,
      items: object({ variant: text, percent }, ['variant', 'percent']),
    },
    { type: 'object', minProperties: 1, additionalProperties: percent },
  ],
};

const rule = {
  ...object(
    {
      key: text,
      condition: { type: 'object' },
      schedule: object({ start: time, end: time }, []),
      fallThrough: { type: 'boolean' },
      variant: text,
      callerDefault: { const: true },
      split: {
        ...object(
          {
            salt,
            unit: text,
            variants: shares,
            allocations: { type: 'array', items: { type: 'object' } },
            program: { type: 'object' },
            gates: { type: 'array', items: { type: 'object' } },
          },
          [],
        ),
        oneOf: [{ required: ['variants'] }, { required: ['allocations'] }],
      },
      rollout: object({ variant: text, percent, salt, unit: text }, ['variant', 'percent']),
      experiment: key,
    },
    ['key'],
  ),
  oneOf: ['variant', 'callerDefault', 'split', 'rollout', 'experiment'].map((serve) => ({ required: [serve] })),
};

const configuration = object(
  {
    enabled: { type: 'boolean' },
    rules: { type: 'array', items: rule },
    defaultVariant: optionalText,
    offVariant: optionalText,
    prerequisites: {
      type: 'array',
      items: object({ flag: key, variants: { type: 'array', items: text } }, ['flag', 'variants']),
    },
    targets: {
      type: 'array',
      items: object({ variant: text, attribute: text, units: { type: 'array', items: text } }, ['variant', 'units']),
    },
  },
  [],
);

/** JSON Schema of the document that ApplyDeclaration takes and ExportDeclaration writes. */
export const DECLARATION_SCHEMA: JsonObject = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Sortition declaration',
  description: 'What a project is to contain. What the document does not mention stays as it is.',
  ...object(
    {
      version: { const: 1 },
      flags: list(
        {
          type: { enum: ['boolean', 'string', 'number', 'object'] },
          description: text,
          variants: { type: 'object', minProperties: 1, description: 'The values by variant key.' },
          schema: { type: ['object', 'null'], description: 'JSON Schema of the variants of an object flag.' },
          owner: text,
          tags: { type: 'array', items: text },
          lifetime: { enum: ['temporary', 'permanent'] },
          clientVisible: { type: 'boolean' },
          environments: { type: 'object', propertyNames: key, additionalProperties: configuration },
        },
        ['type', 'variants'],
      ),
      segments: list({ description: text, condition: { type: 'object' } }, ['condition']),
      layers: list({ description: text, salt }, []),
      eventPolicy: object({ undefinedEvents: { enum: ['accept', 'quarantine'] } }, []),
      eventDefinitions: list(
        {
          event: { ...text, description: 'Name passed to track(). Absent: the key.' },
          description: text,
          owner: text,
          schema: { type: ['object', 'null'], description: 'JSON Schema of the properties.' },
          value: {
            type: ['object', 'null'],
            properties: {
              presence: { enum: ['optional', 'required', 'forbidden'] },
              minimum: { type: 'number' },
              maximum: { type: 'number' },
            },
            required: ['presence'],
            additionalProperties: false,
          },
          requiredUnits: { type: 'array', items: text },
          personalData: {
            type: 'array',
            items: text,
            description: 'Paths of properties, for example "address.street".',
          },
          compatibility: { enum: ['none', 'backward', 'forward', 'full'] },
        },
        [],
      ),
      metrics: list(
        {
          description: text,
          kind: { enum: ['conversion', 'average'] },
          event: text,
          aggregation: { enum: ['sum', 'count'] },
          window: {
            type: ['string', 'null'],
            pattern: '^[1-9]\\d*(ms|s|m|h|d)$',
            description: 'Time after the first exposure in which events count, for example "7d". null: no limit.',
          },
          direction: { enum: ['increase', 'decrease'] },
        },
        ['kind', 'event'],
      ),
      experiments: list(
        {
          hypothesis: text,
          flag: key,
          environment: key,
          unit: optionalText,
          control: text,
          variants: shares,
          layer: { type: ['string', 'null'] },
          buckets: { type: ['integer', 'null'], minimum: 1, maximum: 1_000_000 },
          metrics: object({ success: { type: 'array', items: key }, guardrail: { type: 'array', items: key } }, []),
          alpha: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
          salt,
          sticky: { type: 'boolean', description: 'Units keep their first variant. Cannot change once started.' },
          intakePaused: { type: 'boolean', description: 'Take no further units. Needs sticky.' },
          state: { enum: ['draft', 'running', 'ended'] },
        },
        ['flag', 'environment', 'control', 'variants'],
      ),
    },
    ['version'],
  ),
};

function object(properties: JsonObject, required: readonly string[]): JsonObject {
  return { type: 'object', properties, required, additionalProperties: false };
}

function list(properties: JsonObject, required: readonly string[]): JsonObject {
  return { type: 'array', items: object({ key, ...properties }, ['key', ...required]) };
}
