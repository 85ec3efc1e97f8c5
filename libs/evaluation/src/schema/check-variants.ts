import type { FieldViolation, JsonObject } from '@sortition/kernel';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';

import type { Variant } from '../model/index.js';

/**
 * Everything that keeps the variants of an object flag from fitting its JSON Schema (2020-12), or the schema from being
 * one. Empty when nothing does. For writes only: an evaluation never looks at a schema.
 *
 * @param path of the flag, for example `flag`; violations are under it.
 */
export function schemaViolations(
  schema: JsonObject,
  variants: readonly Variant[],
  path: string,
): readonly FieldViolation[] {
  const validate = compileSchema(schema);
  if (typeof validate === 'string') return [{ field: `${path}.schema`, description: validate }];
  return variants.flatMap(({ key, value }, index) => {
    if (validate(value)) return [];
    return (validate.errors ?? []).map((error) => ({
      field: `${path}.variants[${index}].value${error.instancePath.replaceAll('/', '.')}`,
      description: `variant "${key}" ${reasonOf(error)}`,
    }));
  });
}

function compileSchema(schema: JsonObject): ValidateFunction | string {
  try {
    // Strict: a misspelt keyword would check nothing. References lead nowhere outside the schema.
    return new Ajv2020({ allErrors: true, strict: true, strictRequired: false }).compile(schema);
  } catch (error) {
    return `must be a JSON Schema of 2020-12: ${error instanceof Error ? error.message : 'refused'}`;
  }
}

function reasonOf({ message = 'does not fit the schema', params, keyword }: ErrorObject): string {
  if (keyword === 'additionalProperties') return `${message}, got "${String(params['additionalProperty'])}"`;
  if (keyword === 'enum') return `${message}: ${JSON.stringify(params['allowedValues'])}`;
  return message;
}
