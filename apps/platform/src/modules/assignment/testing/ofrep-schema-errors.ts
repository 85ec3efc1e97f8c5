import { readFileSync } from 'node:fs';

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

/** Names of the schemas in OFREP's OpenAPI document. */
export type OfrepSchema =
  | 'serverEvaluationSuccess'
  | 'evaluationFailure'
  | 'flagNotFound'
  | 'generalErrorResponse'
  | 'bulkEvaluationSuccess'
  | 'bulkEvaluationFailure'
  | 'sseEventData';

const ID = 'https://ofrep.example/openapi';
const document = JSON.parse(
  // As published, an answer with a value fits two of the alternatives and so none: an object without properties takes
  // every object, and an integer is a number. The reason DEFAULT is among those of OpenFeature, and the decision that lets
  // an answer have no value (ADR 0006 of the protocol) names it.
  JSON.stringify(parse(readFileSync(new URL('ofrep-schema/openapi.yaml', import.meta.url), 'utf8')))
    .replaceAll('"oneOf":[{"$ref"', '"anyOf":[{"$ref"')
    .replace(
      '["STATIC","TARGETING_MATCH","SPLIT","DISABLED","UNKNOWN"]',
      '["STATIC","TARGETING_MATCH","SPLIT","DISABLED","UNKNOWN","DEFAULT"]',
    ),
) as object;

const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { float: true, uri: true, 'date-time': true } });
ajv.addSchema({ $id: ID, ...document });
const validators = new Map<OfrepSchema, ValidateFunction>();

/** What the published document finds wrong in a body; empty when nothing is. */
export function ofrepSchemaErrors(schema: OfrepSchema, body: unknown): readonly string[] {
  const validate = validators.get(schema) ?? ajv.compile({ $ref: `${ID}#/components/schemas/${schema}` });
  validators.set(schema, validate);
  if (validate(body)) return [];
  return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
}
