import { typesFlag } from '@sortition/contracts';
import { etagOf, type FlagDefinition, nameOf } from '@sortition/declaration';

import { enumValue, type EnumTable } from './enum-value.js';
import { defineWireForm } from './wire-form.js';

const { FlagType, FlagLifetime, NumberType } = typesFlag;

const TYPES: EnumTable<FlagDefinition['type'], typesFlag.FlagType> = {
  boolean: FlagType.BOOLEAN,
  string: FlagType.STRING,
  number: FlagType.NUMBER,
  object: FlagType.OBJECT,
};

const NUMBER_TYPES: EnumTable<NonNullable<FlagDefinition['numberType']>, typesFlag.NumberType> = {
  integer: NumberType.INTEGER,
  double: NumberType.DOUBLE,
};

const LIFETIMES: EnumTable<FlagDefinition['lifetime'], typesFlag.FlagLifetime> = {
  temporary: FlagLifetime.TEMPORARY,
  permanent: FlagLifetime.PERMANENT,
};

export const FLAG_WIRE = defineWireForm<'flag', typesFlag.Flag>({
  kind: 'flag',
  readers: {
    type: { path: 'type', read: ({ type }) => enumValue(TYPES, type, 'flag.type') },
    numberType: {
      path: 'number_type',
      read: ({ numberType }) =>
        numberType === NumberType.UNSPECIFIED ? undefined : enumValue(NUMBER_TYPES, numberType, 'flag.number_type'),
    },
    description: { path: 'description', read: ({ description }) => description },
    // The wire's Value is a JSON value by its definition.
    variants: { path: 'variants', read: ({ variants }) => variants },
    schema: { path: 'schema', read: ({ schema }) => schema },
    owner: { path: 'owner', read: ({ owner }) => owner },
    tags: { path: 'tags', read: ({ tags }) => tags },
    lifetime: {
      path: 'lifetime',
      read: ({ lifetime }) => enumValue(LIFETIMES, lifetime, 'flag.lifetime', 'temporary'),
    },
    clientVisible: { path: 'client_visible', read: ({ clientVisible }) => clientVisible },
  },
  toMessage(flag) {
    const { type, numberType, lifetime, schema, ...definition } = flag.definition;
    return {
      ...definition,
      name: nameOf(flag),
      type: TYPES[type],
      numberType: numberType === undefined ? NumberType.UNSPECIFIED : NUMBER_TYPES[numberType],
      lifetime: LIFETIMES[lifetime],
      schema,
      etag: etagOf(flag),
      createTime: flag.createdAt,
      updateTime: flag.updatedAt,
    };
  },
});
