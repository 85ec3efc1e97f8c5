import { schemaChangeViolations, schemaViolations } from '@sortition/evaluation/schema';
import type { FieldViolation, JsonObject } from '@sortition/kernel';

import { violationOf } from '../../configuration-errors.js';
import type { FlagDefinition } from './flag-definition.js';

const TAG_COUNT = 100;
const TAG_LENGTH = 100;

/** What is wrong with a flag by itself, apart from what the evaluation checks: labels and the schema of its variants. */
export function flagProblems(
  flag: FlagDefinition,
  at: string,
  previous: FlagDefinition | undefined,
): readonly FieldViolation[] {
  const problems: FieldViolation[] = [];
  if (flag.variants.length === 0) problems.push(violationOf(`${at}.variants`, [], 'must hold at least one variant'));
  if (flag.tags.length > TAG_COUNT) {
    problems.push(violationOf(`${at}.tags`, flag.tags.length, `must hold at most ${TAG_COUNT} tags`));
  }
  problems.push(...numberProblems(flag, at));
  flag.tags.forEach((tag, index) => {
    const fits = tag.length > 0 && tag.length <= TAG_LENGTH;
    if (!fits) problems.push(violationOf(`${at}.tags[${index}]`, tag, `must be 1 to ${TAG_LENGTH} characters`));
  });
  return flag.schema === undefined ? problems : [...problems, ...schemaProblems(flag, flag.schema, at, previous)];
}

function numberProblems({ type, numberType, variants }: FlagDefinition, at: string): readonly FieldViolation[] {
  if (numberType === undefined) return [];
  if (type !== 'number')
    return [violationOf(`${at}.numberType`, numberType, `needs a flag of type number, not ${type}`)];
  if (numberType === 'double') return [];
  return variants.flatMap(({ key, value }, index) =>
    Number.isSafeInteger(value)
      ? []
      : [
          violationOf(
            `${at}.variants[${index}].value`,
            value,
            `is no whole number up to 2^53, and the numbers of this flag are integers: declare "numberType": "double" if variant "${key}" is meant so`,
          ),
        ],
  );
}

/** The schema's own problems, and what a change of it would take from applications that read by the present one. */
function schemaProblems(
  { type, variants }: FlagDefinition,
  schema: JsonObject,
  at: string,
  previous: FlagDefinition | undefined,
): readonly FieldViolation[] {
  if (type !== 'object') return [violationOf(`${at}.schema`, type, 'needs a flag of type object')];
  const changes = previous?.schema ? schemaChangeViolations(previous.schema, schema, `${at}.schema`) : [];
  return [...schemaViolations(schema, variants, at), ...changes];
}
