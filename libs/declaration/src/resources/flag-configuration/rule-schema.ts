import type { JsonObject } from '@sortition/kernel';

import { CONDITION_SCHEMA } from '../condition-schema.js';
import { KEY_SCHEMA, objectSchema, PATH_SCHEMA, SALT_SCHEMA, TEXT_SCHEMA } from '../declared-schemas.js';
import { TIME_PATTERN } from '../declared-time.js';
import { ALLOCATIONS_SCHEMA, GATES_SCHEMA, PERCENT_SCHEMA, PROGRAM_SCHEMA, SHARES_SCHEMA } from '../split-schema.js';

const TIME_SCHEMA: JsonObject = { type: 'string', pattern: TIME_PATTERN, description: 'A time of RFC 3339.' };

/** JSON Schema of a rule; exactly one property says what it serves. */
export const RULE_SCHEMA: JsonObject = {
  ...objectSchema(
    {
      key: { ...TEXT_SCHEMA, description: 'Stable within the flag; appears in exposures and explanations.' },
      condition: { ...CONDITION_SCHEMA, description: 'Whom the rule is for. Absent: everybody.' },
      schedule: objectSchema({ start: TIME_SCHEMA, end: TIME_SCHEMA }),
      fallThrough: { type: 'boolean', description: 'Record the assignment and go on to the next rule.' },
      variant: { ...TEXT_SCHEMA, description: 'Serve this variant.' },
      callerDefault: { const: true, description: "Serve the caller's own default." },
      split: {
        ...objectSchema({
          salt: { ...TEXT_SCHEMA, description: SALT_SCHEMA.description },
          unit: PATH_SCHEMA,
          variants: SHARES_SCHEMA,
          allocations: ALLOCATIONS_SCHEMA,
          program: PROGRAM_SCHEMA,
          gates: GATES_SCHEMA,
        }),
        oneOf: [{ required: ['variants'] }, { required: ['allocations'] }],
        description: 'Divide units among variants.',
      },
      rollout: {
        ...objectSchema({ variant: TEXT_SCHEMA, percent: PERCENT_SCHEMA, salt: SALT_SCHEMA, unit: PATH_SCHEMA }, [
          'variant',
          'percent',
        ]),
        description: 'Serve one variant to a growing share of the units.',
      },
      experiment: { ...KEY_SCHEMA, description: 'Serve an experiment while it runs.' },
    },
    ['key'],
  ),
  oneOf: ['variant', 'callerDefault', 'split', 'rollout', 'experiment'].map((serve) => ({ required: [serve] })),
};
