import { Ajv2020 } from 'ajv/dist/2020.js';

import { refuseViolations, violationOf } from '../configuration-errors.js';
import { RESOURCE_KINDS } from '../resource-types.js';
import { requireStorableText } from '../storable-text.js';
import type { FieldViolation } from '@sortition/kernel';
import type { Declaration } from './declaration.js';
import { DECLARATION_SCHEMA } from './declaration-schema.js';
import { declaredItems } from './declared-items.js';
import { schemaViolations } from './schema-violations.js';

const validate = new Ajv2020({
  allErrors: true,
  verbose: true,
  strict: false,
  allowUnionTypes: true,
}).compile<Declaration>(DECLARATION_SCHEMA);

/** @throws DomainError INVALID_CONFIGURATION whose violations name every path and value that does not fit the schema. */
export function parseDeclaration(document: unknown): Declaration {
  requireStorableText(document, 'declaration');
  if (!validate(document)) {
    refuseViolations(schemaViolations(validate.errors ?? []));
    throw new Error('The validator refused a document without saying why.');
  }
  refuseViolations(repeatedKeys(document));
  return document;
}

function repeatedKeys(declaration: Declaration): readonly FieldViolation[] {
  return RESOURCE_KINDS.flatMap((kind) => {
    const seen = new Set<string>();
    return declaredItems(kind, declaration).flatMap(({ key, environment, at }) => {
      const place = `${environment ?? ''}/${key}`;
      if (environment === undefined && seen.has(place)) {
        return [violationOf(`${at}.key`, key, 'must be unique in its section')];
      }
      seen.add(place);
      return [];
    });
  });
}
