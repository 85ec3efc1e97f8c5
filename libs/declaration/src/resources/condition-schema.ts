import { OPERATOR_DESCRIPTIONS, type OperatorArgument } from '@sortition/evaluation/operators';
import type { JsonObject } from '@sortition/kernel';

import { KEY_SCHEMA, listSchema, objectSchema, PATH_SCHEMA } from './declared-schemas.js';

/** Where the whole schema keeps its one description of conditions, which hold conditions. */
export const CONDITION_DEFINITION = 'condition';
export const CONDITION_SCHEMA: JsonObject = { $ref: `#/$defs/${CONDITION_DEFINITION}` };

const EXAMPLES: readonly JsonObject[] = [
  { attribute: 'country', in: ['SE', 'NO'] },
  { attribute: 'age', atLeast: 18 },
  { all: [{ segment: 'beta-testers' }, { not: { attribute: 'plan', equals: 'free' } }] },
];

const ARGUMENT_SCHEMAS: Readonly<Record<OperatorArgument, JsonObject>> = {
  value: { not: { type: 'null' } },
  values: { type: 'array' },
  boolean: { type: 'boolean' },
  text: { type: 'string' },
  texts: { type: ['string', 'array'], items: { type: 'string' } },
  number: { type: 'number' },
  time: { type: 'string' },
};

const operators: JsonObject = Object.fromEntries(
  OPERATOR_DESCRIPTIONS.map(({ name, argument, example, says }) => [
    name,
    { ...ARGUMENT_SCHEMAS[argument], description: `${says} For example ${name}: ${JSON.stringify(example)}.` },
  ]),
);

/** JSON Schema of a condition: every operator with what it does, so that an editor completes it. */
export const CONDITION_DEFINITION_SCHEMA: JsonObject = {
  ...objectSchema({
    all: { ...listSchema(CONDITION_SCHEMA), description: 'Every one of the conditions holds.' },
    any: { ...listSchema(CONDITION_SCHEMA), description: 'At least one of the conditions holds.' },
    not: { ...CONDITION_SCHEMA, description: 'The condition does not hold.' },
    segment: { ...KEY_SCHEMA, description: 'Key of a segment whose condition holds.' },
    list: { ...KEY_SCHEMA, description: 'Key of a list that holds the attribute, or the targeting key.' },
    attribute: {
      ...PATH_SCHEMA,
      description: 'Path of the attribute that the operator beside it looks at, for example "country" or "user.plan".',
    },
    ...operators,
    elements: {
      enum: ['any', 'all'],
      description: 'For an attribute that is a list: whether any element or every element must match. Absent: any.',
    },
    ignoreCase: { type: 'boolean', description: 'Compare text without regard to case. Absent: false.' },
    operator: { type: 'string', description: 'Name of an operator of a plugin, for example "acme.businessHours".' },
    arguments: { description: 'What the operator of the plugin takes.' },
  }),
  minProperties: 1,
  description: 'Whom the rule is for: an attribute with exactly one operator, or all, any, not, segment or list.',
  examples: EXAMPLES,
};
