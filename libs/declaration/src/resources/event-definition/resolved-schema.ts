import type { JsonObject, JsonValue } from '@sortition/kernel';

/** Why a schema is refused; `path` leads to the place within it. */
export class SchemaRefusal extends Error {
  constructor(
    readonly path: readonly string[],
    description: string,
  ) {
    super(description);
  }
}

/** Schemas within a schema, references counted as often as they are used: what checking an event may cost. */
const MAX_SUBSCHEMAS = 1_000;
const MAX_DEPTH = 32;
/** Items of a list whose uniqueness is checked, which compares each with each. */
const MAX_UNIQUE_ITEMS = 1_000;

const ONE = ['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames'];
const LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const MAPS = ['properties', 'patternProperties', 'dependentSchemas'];
/** Keywords that say nothing about values. */
export const ANNOTATIONS: readonly string[] = [
  ...['title', 'description', 'default', 'examples', '$comment', '$schema', 'deprecated', 'readOnly', 'writeOnly'],
];
const ASSERTIONS = [
  ...['type', 'enum', 'const', 'multipleOf', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  ...['minLength', 'maxLength', 'pattern', 'format', 'minItems', 'maxItems', 'uniqueItems', 'minContains'],
  ...['maxContains', 'minProperties', 'maxProperties', 'required', 'dependentRequired'],
];
const KNOWN = new Set([...ONE, ...LISTS, ...MAPS, ...ANNOTATIONS, ...ASSERTIONS, '$defs', '$ref']);
const REFERENCE = /^#\/\$defs\/([^/]+)$/;

/**
 * The schema with every reference to its own `$defs` replaced by what it refers to. What is not supported, refers
 * elsewhere or to itself, or grows out of bounds is refused, because checking an event must take a bounded time.
 *
 * @throws SchemaRefusal naming the place.
 */
export function inlineReferences(schema: JsonObject): JsonObject {
  const definitions = schema['$defs'] ?? {};
  if (!isObject(definitions)) throw new SchemaRefusal(['$defs'], 'must be an object of schemas');
  let subschemas = 0;

  const inline = (node: JsonValue, path: readonly string[], within: readonly string[]): JsonValue => {
    subschemas += 1;
    if (subschemas > MAX_SUBSCHEMAS) throw new SchemaRefusal([], `must hold at most ${MAX_SUBSCHEMAS} schemas`);
    if (path.length > MAX_DEPTH * 2) throw new SchemaRefusal(path, 'is nested too deep');
    if (typeof node === 'boolean') return node;
    if (!isObject(node)) throw new SchemaRefusal(path, `must be a schema, got ${JSON.stringify(node)}`);
    checkKeywords(node, path);
    const { $ref: reference, ...rest } = node;
    const entries = Object.entries(rest).filter(([keyword]) => keyword !== '$defs' && keyword !== '$schema');
    const inlined = Object.fromEntries(
      entries.map(([keyword, value]) => [keyword, inlineKeyword(keyword, value, [...path, keyword], within)]),
    );
    if (reference === undefined) return inlined;
    const referred = refer(reference, path, within);
    if (Object.keys(inlined).length === 0) return referred;
    const others = inlined['allOf'];
    return { ...inlined, allOf: [...(Array.isArray(others) ? (others as readonly JsonValue[]) : []), referred] };
  };

  const inlineKeyword = (
    keyword: string,
    value: JsonValue,
    path: readonly string[],
    within: readonly string[],
  ): JsonValue => {
    if (ONE.includes(keyword)) return inline(value, path, within);
    if (LISTS.includes(keyword) && Array.isArray(value)) {
      return value.map((each: JsonValue, index) => inline(each, [...path, String(index)], within));
    }
    if (MAPS.includes(keyword) && isObject(value)) {
      const entries = Object.entries(value).map(([name, each]) => [name, inline(each, [...path, name], within)]);
      return Object.fromEntries(entries) as JsonObject;
    }
    return value;
  };

  const refer = (reference: JsonValue, path: readonly string[], within: readonly string[]): JsonValue => {
    const name = typeof reference === 'string' ? REFERENCE.exec(reference)?.[1] : undefined;
    const target = name === undefined || !Object.hasOwn(definitions, name) ? undefined : definitions[name];
    if (name === undefined || target === undefined) {
      const shown = JSON.stringify(reference);
      throw new SchemaRefusal([...path, '$ref'], `must be "#/$defs/" and the name of a schema there, got ${shown}`);
    }
    if (within.includes(name)) throw new SchemaRefusal([...path, '$ref'], `must not lead to itself, got "${name}"`);
    return inline(target, ['$defs', name], [...within, name]);
  };

  return inline(schema, [], []) as JsonObject;
}

function checkKeywords(node: JsonObject, path: readonly string[]): void {
  for (const keyword of Object.keys(node)) {
    if (!KNOWN.has(keyword)) throw new SchemaRefusal([...path, keyword], 'is not a keyword that is supported here');
  }
  const { uniqueItems, maxItems } = node;
  if (uniqueItems === true && !(typeof maxItems === 'number' && maxItems <= MAX_UNIQUE_ITEMS)) {
    throw new SchemaRefusal([...path, 'uniqueItems'], `needs maxItems of at most ${MAX_UNIQUE_ITEMS} beside it`);
  }
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
