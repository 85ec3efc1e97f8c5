import type { FieldViolation } from '@sortition/kernel';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';

import { refuseViolations, violationOf } from './admin-errors.js';
import { DECLARATION_SCHEMA } from './declaration-schema.js';
import type { Declaration } from './declaration.js';

const validate = new Ajv2020({
  allErrors: true,
  verbose: true,
  strict: false,
  allowUnionTypes: true,
}).compile<Declaration>(DECLARATION_SCHEMA);

/** @throws DomainError INVALID_CONFIGURATION whose violations name every path and value that does not fit the schema. */
export function parseDeclaration(document: unknown): Declaration {
  if (!validate(document)) {
    // What single alternatives lack says less than that none of them fits.
    const errors = (validate.errors ?? []).filter(({ schemaPath }) => !schemaPath.includes('/oneOf/'));
    refuseViolations(errors.map(violationOfError));
    throw new Error('The validator refused a document without saying why.');
  }
  refuseViolations(
    (['flags', 'segments', 'layers', 'eventDefinitions', 'metrics', 'experiments'] as const).flatMap((section) =>
      repeatedKeys(section, document[section] ?? []),
    ),
  );
  return document;
}

function violationOfError({
  instancePath,
  keyword,
  params,
  message = 'is invalid',
  data,
  schema,
}: ErrorObject): FieldViolation {
  const at = pathOf(instancePath);
  switch (keyword) {
    case 'additionalProperties':
      return { field: join(at, String(params['additionalProperty'])), description: 'is not a known field' };
    case 'required':
      return { field: join(at, String(params['missingProperty'])), description: 'is missing' };
    case 'enum':
      return violationOf(at, data, `must be one of ${JSON.stringify(params['allowedValues'])}`);
    case 'const':
      return violationOf(at, data, `must be ${JSON.stringify(params['allowedValue'])}`);
    case 'oneOf':
      return violationOf(at, data, `must have exactly one of ${alternatives(schema)}`);
    default:
      return violationOf(at || 'declaration', data, message);
  }
}

function alternatives(schema: unknown): string {
  const branches = Array.isArray(schema)
    ? (schema as readonly { readonly required?: readonly string[]; readonly type?: string }[])
    : [];
  return branches.map(({ required, type }) => type ?? required?.join(' and ') ?? 'the alternatives').join(', ');
}

/** `/flags/0/variants` as `flags[0].variants`. */
function pathOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, token) => (/^\d+$/.test(token) ? `${path}[${token}]` : join(path, token)), '');
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function repeatedKeys(section: string, items: readonly { readonly key: string }[]): readonly FieldViolation[] {
  const keys = items.map(({ key }) => key);
  return keys.flatMap((key, index) =>
    keys.indexOf(key) === index ? [] : [violationOf(`${section}[${index}].key`, key, 'must be unique in its section')],
  );
}
