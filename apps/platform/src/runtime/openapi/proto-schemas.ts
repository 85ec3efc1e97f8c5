import { type DescEnum, type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import type { JsonObject } from '@sortition/kernel';

import type { ProtoComments } from './proto-comments.js';

/** Messages that JSON spells in a form of their own (ProtoJSON). */
const WELL_KNOWN: Readonly<Record<string, JsonObject>> = {
  'google.protobuf.Any': { type: 'object', properties: { '@type': { type: 'string' } }, required: ['@type'] },
  'google.protobuf.BoolValue': { type: ['boolean', 'null'] },
  'google.protobuf.DoubleValue': { type: ['number', 'null'] },
  'google.protobuf.Duration': { type: 'string', pattern: '^-?\\d+(\\.\\d{1,9})?s$' },
  'google.protobuf.Empty': { type: 'object' },
  'google.protobuf.FieldMask': { type: 'string', description: 'Paths, separated by commas.' },
  'google.protobuf.Int64Value': { type: ['string', 'null'], format: 'int64' },
  'google.protobuf.ListValue': { type: 'array', items: {} },
  'google.protobuf.NullValue': { type: 'null' },
  'google.protobuf.StringValue': { type: ['string', 'null'] },
  'google.protobuf.Struct': { type: 'object', additionalProperties: true },
  'google.protobuf.Timestamp': { type: 'string', format: 'date-time' },
  'google.protobuf.Value': { description: 'Any JSON value.' },
};

const INTEGER_32: JsonObject = { type: 'integer', format: 'int32' };
const UNSIGNED_32: JsonObject = { type: 'integer', minimum: 0, maximum: 4_294_967_295 };
/** JSON numbers hold no more than 53 bits. */
const INTEGER_64: JsonObject = { type: 'string', format: 'int64' };
const UNSIGNED_64: JsonObject = { type: 'string', format: 'uint64' };

const SCALARS: Readonly<Record<ScalarType, JsonObject>> = {
  [ScalarType.BOOL]: { type: 'boolean' },
  [ScalarType.BYTES]: { type: 'string', contentEncoding: 'base64' },
  [ScalarType.DOUBLE]: { type: 'number', format: 'double' },
  [ScalarType.FLOAT]: { type: 'number', format: 'float' },
  [ScalarType.FIXED32]: UNSIGNED_32,
  [ScalarType.FIXED64]: UNSIGNED_64,
  [ScalarType.INT32]: INTEGER_32,
  [ScalarType.INT64]: INTEGER_64,
  [ScalarType.SFIXED32]: INTEGER_32,
  [ScalarType.SFIXED64]: INTEGER_64,
  [ScalarType.SINT32]: INTEGER_32,
  [ScalarType.SINT64]: INTEGER_64,
  [ScalarType.STRING]: { type: 'string' },
  [ScalarType.UINT32]: UNSIGNED_32,
  [ScalarType.UINT64]: UNSIGNED_64,
};

/** JSON Schemas of messages and of everything that they hold, by full name. */
export class ProtoSchemas {
  private readonly schemas = new Map<string, JsonObject>();

  constructor(private readonly comments: ProtoComments) {}

  /** Every schema that was referred to. */
  get components(): JsonObject {
    return Object.fromEntries([...this.schemas].sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  /** The schema of a message, or where it stands. */
  of(type: DescEnum | DescMessage): JsonObject {
    const wellKnown = WELL_KNOWN[type.typeName];
    if (wellKnown) return wellKnown;
    if (!this.schemas.has(type.typeName)) {
      // In place before its fields are read: messages hold one another.
      this.schemas.set(type.typeName, {});
      this.schemas.set(type.typeName, type.kind === 'enum' ? this.enumOf(type) : this.messageOf(type));
    }
    return { $ref: `#/components/schemas/${type.typeName}` };
  }

  private enumOf(type: DescEnum): JsonObject {
    return { type: 'string', ...this.described(type), enum: type.values.map(({ name }) => name) };
  }

  private messageOf(type: DescMessage): JsonObject {
    const properties = Object.fromEntries(type.fields.map((field) => [field.jsonName, this.fieldOf(field)]));
    return { type: 'object', ...this.described(type), properties, additionalProperties: false };
  }

  private fieldOf(field: DescField): JsonObject {
    return { ...this.typeOf(field), ...this.described(field) };
  }

  private typeOf(field: DescField): JsonObject {
    switch (field.fieldKind) {
      case 'scalar':
        return SCALARS[field.scalar];
      case 'enum':
        return this.of(field.enum);
      case 'message':
        return this.of(field.message);
      case 'list':
        return { type: 'array', items: this.elementOf(field) };
      case 'map':
        return { type: 'object', additionalProperties: this.elementOf(field) };
    }
  }

  private elementOf(field: DescField & { readonly fieldKind: 'list' | 'map' }): JsonObject {
    const kind = field.fieldKind === 'list' ? field.listKind : field.mapKind;
    if (kind === 'message' && field.message) return this.of(field.message);
    if (kind === 'enum' && field.enum) return this.of(field.enum);
    return field.scalar === undefined ? {} : SCALARS[field.scalar];
  }

  private described(declared: Parameters<ProtoComments['of']>[0]): JsonObject {
    const description = this.comments.of(declared);
    return description === '' ? {} : { description };
  }
}
