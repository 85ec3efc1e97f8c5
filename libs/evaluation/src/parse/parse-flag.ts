/* eslint-disable @typescript-eslint/no-confusing-void-expression -- noting a problem stands for the value that is missing */
import type { JsonObject, JsonValue } from '@sortition/kernel';

import type { Flag, FlagType, Prerequisite, Target, Variant } from '../model/index.js';
import { Fields, present } from './fields.js';
import { parseJson } from './parse-json.js';
import { parseRule } from './parse-rule.js';
import { variantOf } from './parse-split.js';
import type { Problems } from './problems.js';
import { isArray } from './quote.js';

/** Reads one flag. The result holds nothing of the input. */
export function parseFlag(value: unknown, path: string, problems: Problems): Flag | undefined {
  const fields = Fields.of(value, path, problems);
  if (fields === undefined) return undefined;
  const key = fields.key('key');
  const type = fields.oneOf('type', ['boolean', 'string', 'number', 'object']);
  const variants = fields.list('variants', (variant, at) => parseVariant(variant, at, type, problems));
  const variantKeys = distinct(fields, 'variants', variants);
  if (fields.has('variants') && variants.length === 0) fields.problems.note(fields.at('variants'), 'must not be empty');
  const ownVariant = (name: string): string | undefined =>
    fields.has(name) ? variantOf(fields, name, variantKeys) : undefined;
  const rules = fields.list('rules', (rule, at) => parseRule(Fields.of(rule, at, problems), variantKeys));
  distinct(fields, 'rules', rules);
  return present<Flag>({
    key,
    type,
    numberType: fields.has('numberType') ? fields.oneOf('numberType', ['integer', 'double']) : undefined,
    variants,
    enabled: fields.boolean('enabled'),
    defaultVariant: ownVariant('defaultVariant'),
    offVariant: ownVariant('offVariant'),
    prerequisites: fields.optionalList('prerequisites', (each, at) => parsePrerequisite(Fields.of(each, at, problems))),
    targets: fields.optionalList('targets', (each, at) => parseTarget(Fields.of(each, at, problems), variantKeys)),
    rules,
    clientVisible: fields.optionalBoolean('clientVisible'),
    schema: fields.has('schema') ? parseSchema(fields) : undefined,
    metadata: fields.has('metadata') ? parseMetadata(fields.nested('metadata')) : undefined,
  });
}

/** Notes every key that occurs twice; returns the keys. */
export function distinct(
  fields: Fields,
  name: string,
  items: readonly { readonly key: string }[],
): ReadonlySet<string> {
  const seen = new Set<string>();
  for (const { key } of items) {
    if (seen.has(key) && typeof key === 'string')
      fields.problems.note(fields.at(name), `must have distinct keys, got "${key}" twice`);
    seen.add(key);
  }
  return seen;
}

function parseVariant(
  value: unknown,
  path: string,
  type: FlagType | undefined,
  problems: Problems,
): Variant | undefined {
  const fields = Fields.of(value, path, problems);
  const key = fields?.key('key');
  if (fields === undefined || key === undefined) return undefined;
  const given = fields.get('value');
  if (type !== undefined && !isOfType(given, type)) return fields.wrong('value', `must be of type ${type}`, given);
  const json = parseJson(given, fields.at('value'), problems);
  return json === undefined ? undefined : { key, value: json };
}

function isOfType(value: unknown, type: FlagType): boolean {
  if (type === 'object') return typeof value === 'object' && value !== null;
  return typeof value === type && !Number.isNaN(value);
}

function parsePrerequisite(fields: Fields | undefined): Prerequisite | undefined {
  const flag = fields?.only('flag', 'variants').key('flag');
  if (fields === undefined || flag === undefined) return undefined;
  const variants = fields.texts('variants');
  if (variants.length === 0) fields.problems.note(fields.at('variants'), 'must name at least one variant');
  fields.problems.references.push({ kind: 'flag', key: flag, path: fields.path, variants });
  return { flag, variants };
}

function parseTarget(fields: Fields | undefined, variants: ReadonlySet<string>): Target | undefined {
  if (fields === undefined) return undefined;
  fields.only('variant', 'attribute', 'units');
  return present<Target>({
    variant: variantOf(fields, 'variant', variants),
    attribute: fields.optionalKey('attribute'),
    units: fields.texts('units'),
  });
}

function parseSchema(fields: Fields): JsonObject | undefined {
  const schema = parseJson(fields.get('schema'), fields.at('schema'), fields.problems);
  return isJsonObject(schema) ? schema : fields.wrong('schema', 'must be an object', schema);
}

function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isArray(value);
}

function parseMetadata(fields: Fields | undefined): Flag['metadata'] {
  if (fields === undefined) return undefined;
  const entries = fields.names().map((name) => {
    const value = fields.get(name);
    if (typeof value === 'string' || typeof value === 'boolean') return [name, value] as const;
    if (typeof value === 'number' && Number.isFinite(value)) return [name, value] as const;
    fields.wrong(name, 'must be text, a finite number or a boolean', value);
    return [name, ''] as const;
  });
  return Object.freeze(Object.fromEntries<string | number | boolean>(entries));
}
