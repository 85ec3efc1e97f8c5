import { numberTypeOf, type Variant } from '@sortition/evaluation';
import type { JsonObject, JsonValue } from '@sortition/kernel';

import type { Keyed } from '../../document/declaration.js';
import { defineResourceType } from '../../resource-type.js';
import { listSchema, objectSchema, TEXT_SCHEMA } from '../declared-schemas.js';
import type { FlagDefinition } from './flag-definition.js';
import { flagProblems } from './flag-problems.js';

/** A flag as people write it, without its configurations. */
export interface DeclaredFlag {
  readonly type: FlagDefinition['type'];
  /** For languages that tell integers from doubles. Absent: integer when every variant is whole, else double. */
  readonly numberType?: FlagDefinition['numberType'] | null;
  readonly variants: DeclaredVariants;
  readonly description?: string;
  readonly schema?: JsonObject | null;
  readonly owner?: string;
  readonly tags?: readonly string[];
  readonly lifetime?: FlagDefinition['lifetime'];
  readonly clientVisible?: boolean;
}

/** Values by variant key, or a list where a map would lose the order: a map puts keys such as 10 in order of number. */
export type DeclaredVariants = Readonly<Record<string, JsonValue>> | readonly Variant[];

declare module '../../resource.js' {
  interface Definitions {
    readonly flag: FlagDefinition;
  }
  interface DeclaredForms {
    readonly flag: DeclaredFlag;
  }
}

declare module '../../document/declaration.js' {
  interface Declaration {
    readonly flags?: readonly Keyed<'flag'>[];
  }
}

const VARIANTS_SCHEMA: JsonObject = {
  oneOf: [
    { type: 'object', minProperties: 1 },
    { type: 'array', minItems: 1, items: objectSchema({ key: TEXT_SCHEMA, value: {} }, ['key', 'value']) },
  ],
  description: 'The values by variant key, for example {control: blue, treatment: green}.',
};

export const flag = defineResourceType<'flag'>({
  kind: 'flag',
  collection: 'flags',
  place: { as: 'list', section: 'flags' },
  isEvaluated: true,
  complete: (definition, { previous }) => withNumberType(definition, previous),
  problems: flagProblems,
  fields: {
    type: { declared: { type: { enum: ['boolean', 'string', 'number', 'object'] } }, isFixed: true },
    numberType: {
      declared: {
        numberType: {
          enum: ['integer', 'double'],
          description:
            'For languages that tell integers from doubles. Absent in a new flag: integer when every variant is whole.',
        },
      },
      isOptional: true,
    },
    description: { declared: { description: TEXT_SCHEMA }, default: '', isUnseen: true },
    variants: {
      declared: { variants: VARIANTS_SCHEMA },
      read: ({ variants }, { before }) => orderedVariants(variants, before?.variants ?? []),
      write: (variants) => ({ variants: declaredVariants(variants) }),
    },
    schema: {
      declared: { schema: { type: 'object', description: 'JSON Schema of the variants of an object flag.' } },
      isOptional: true,
      isUnseen: true,
    },
    owner: { declared: { owner: TEXT_SCHEMA }, default: '', isUnseen: true },
    tags: { declared: { tags: listSchema(TEXT_SCHEMA) }, default: [], isUnseen: true },
    lifetime: { declared: { lifetime: { enum: ['temporary', 'permanent'] } }, default: 'temporary', isUnseen: true },
    clientVisible: { declared: { clientVisible: { type: 'boolean' } }, default: false },
  },
});

/** The type of numbers is settled when a flag is created, and does not follow its variants. */
function withNumberType(definition: FlagDefinition, previous: FlagDefinition | undefined): FlagDefinition {
  const numberType = definition.numberType ?? numberTypeOf(previous ?? definition);
  return numberType === undefined ? definition : { ...definition, numberType };
}

/** As ordered before when the keys are the same: the order of a map means nothing. */
function orderedVariants(variants: DeclaredVariants, before: readonly Variant[]): readonly Variant[] {
  if (isList(variants)) return variants;
  const given = Object.entries(variants).map(([key, value]) => ({ key, value }));
  const isSame = before.length === given.length && before.every(({ key }) => Object.hasOwn(variants, key));
  return isSame ? before.map(({ key }) => ({ key, value: variants[key] ?? null })) : given;
}

function declaredVariants(variants: readonly Variant[]): DeclaredVariants {
  const map = Object.fromEntries(variants.map(({ key, value }) => [key, value]));
  const isOrdered = Object.keys(map).every((key, index) => key === variants[index]?.key);
  return isOrdered && variants.length === Object.keys(map).length ? map : variants;
}

function isList(variants: DeclaredVariants): variants is readonly Variant[] {
  return Array.isArray(variants);
}
