import type { FieldViolation, JsonObject } from '@sortition/kernel';
import { Ajv2020 } from 'ajv/dist/2020.js';

import { violationOf } from './admin-errors.js';
import type { FlagDefinition } from './flag-definition.js';

const TAG_COUNT = 100;
const TAG_LENGTH = 100;

/** What is wrong with a flag by itself, apart from what the evaluation checks: labels and the schema of its variants. */
export function flagProblems(flag: FlagDefinition, at: string): readonly FieldViolation[] {
  const problems: FieldViolation[] = [];
  if (flag.variants.length === 0) problems.push(violationOf(`${at}.variants`, [], 'must hold at least one variant'));
  if (flag.tags.length > TAG_COUNT) {
    problems.push(violationOf(`${at}.tags`, flag.tags.length, `must hold at most ${TAG_COUNT} tags`));
  }
  flag.tags.forEach((tag, index) => {
    const fits = tag.length > 0 && tag.length <= TAG_LENGTH;
    if (!fits) problems.push(violationOf(`${at}.tags[${index}]`, tag, `must be 1 to ${TAG_LENGTH} characters`));
  });
  return flag.schema === undefined ? problems : [...problems, ...schemaProblems(flag, flag.schema, at)];
}

function schemaProblems(flag: FlagDefinition, schema: JsonObject, at: string): readonly FieldViolation[] {
  if (flag.type !== 'object') return [violationOf(`${at}.schema`, flag.type, 'needs a flag of type object')];
  const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: false, logger: false });
  try {
    const validate = ajv.compile(schema);
    return flag.variants.flatMap(({ key, value }, index) => {
      if (validate(value)) return [];
      const [error] = validate.errors ?? [];
      const reason = `must satisfy the schema: "${error?.instancePath ?? ''}" ${error?.message ?? 'does not'}`;
      return [violationOf(`${at}.variants[${index}].value`, key, reason)];
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown reason';
    return [violationOf(`${at}.schema`, schema, `must be a JSON Schema (${reason})`)];
  }
}
