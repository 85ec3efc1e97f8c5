import { readFileSync } from 'node:fs';

import { Ajv } from 'ajv';

const schemaOf = (name: string): object =>
  JSON.parse(readFileSync(new URL(`flagd-schema/${name}.json`, import.meta.url), 'utf8')) as object;

const ajv = new Ajv({ strict: false });
ajv.addSchema(schemaOf('targeting'));
const validate = ajv.compile(schemaOf('flags'));

/** What flagd's published schemas find wrong in flag definitions. */
export function flagdSchemaErrors(json: string): readonly string[] {
  if (validate(JSON.parse(json))) return [];
  return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
}
