import { readFileSync } from 'node:fs';

import { Ajv } from 'ajv';

const schemaOf = (name: string): object =>
  JSON.parse(readFileSync(new URL(`flagd-schema/${name}.json`, import.meta.url), 'utf8')) as object;

const ajv = new Ajv({ strict: false });
ajv.addSchema(schemaOf('targeting'));
const validate = ajv.compile(schemaOf('flags'));

/**
 * What flagd's published schemas find wrong in flag definitions, apart from `sem_ver` of a computed text: the schema wants
 * an attribute or a literal there, which evaluators do not insist on and which cannot tell a partial version.
 */
export function flagdSchemaErrors(json: string): readonly string[] {
  const definitions: unknown = JSON.parse(json, (name, value: unknown) =>
    name === 'sem_ver' && Array.isArray(value) ? value.map((each: unknown) => literalOf(each)) : value,
  );
  if (validate(definitions)) return [];
  return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
}

function literalOf(operand: unknown): unknown {
  return typeof operand === 'object' ? { var: 'version' } : operand;
}
