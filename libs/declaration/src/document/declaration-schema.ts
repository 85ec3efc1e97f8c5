import type { JsonObject, JsonValue } from '@sortition/kernel';

import { fieldsOf } from '../definition-fields.js';
import { RESOURCE_KINDS, typeOfKind } from '../resource-types.js';
import type { ResourceKind } from '../resource.js';
import { CONDITION_DEFINITION, CONDITION_DEFINITION_SCHEMA } from '../resources/condition-schema.js';
import { KEY_SCHEMA, listSchema, objectSchema } from '../resources/declared-schemas.js';

/** JSON Schema of the document that ApplyDeclaration takes and ExportDeclaration writes. */
export const DECLARATION_SCHEMA: JsonObject = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Sortition declaration',
  description: 'What a project is to contain. What the document does not mention stays as it is.',
  ...objectSchema({ version: { const: 1 }, ...sections() }, ['version']),
  $defs: { [CONDITION_DEFINITION]: CONDITION_DEFINITION_SCHEMA },
};

function sections(): JsonObject {
  return Object.fromEntries(
    RESOURCE_KINDS.flatMap((kind): readonly (readonly [string, JsonValue])[] => {
      const { place } = typeOfKind(kind);
      if (place.as === 'perEnvironment') return [];
      const schema = place.as === 'list' ? listSchema(schemaOf(kind, { key: KEY_SCHEMA })) : schemaOf(kind, {});
      return [[place.section, schema]];
    }),
  );
}

/** Schema of one resource of a kind, with what it has per environment. */
function schemaOf(kind: ResourceKind, leading: JsonObject): JsonObject {
  const fields = fieldsOf(kind).map(([, field]) => ({ ...field, declared: Object.entries(field.declared ?? {}) }));
  const properties = fields.flatMap(({ declared, isOptional }) =>
    declared.map(([name, schema]) => [name, isOptional ? nullable(schema as JsonObject) : schema] as const),
  );
  const required = fields
    // What can be said in two ways is required by the schema of the kind.
    .filter((field) => field.declared.length === 1 && field.default === undefined && !field.isOptional)
    .flatMap(({ declared }) => declared.map(([name]) => name));
  const all = { ...leading, ...Object.fromEntries(properties), ...environments(kind) } as JsonObject;
  return { ...objectSchema(all, [...Object.keys(leading), ...required]), ...typeOfKind(kind).schema };
}

function environments(kind: ResourceKind): JsonObject {
  const parts = RESOURCE_KINDS.filter((part) => {
    const { place } = typeOfKind(part);
    return place.as === 'perEnvironment' && place.of === kind;
  });
  const [part] = parts;
  if (!part) return {};
  const schema = { type: 'object', propertyNames: KEY_SCHEMA, additionalProperties: schemaOf(part, {}) };
  return { environments: schema };
}

function nullable(schema: JsonObject): JsonObject {
  const { type } = schema;
  const description = typeof schema['description'] === 'string' ? schema['description'] : 'null clears it.';
  if (typeof type === 'string') return { ...schema, type: [type, 'null'], description };
  return { anyOf: [schema, { type: 'null' }], description };
}
