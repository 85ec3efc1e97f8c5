import type { JsonObject, JsonValue } from '@sortition/kernel';

import { canonicalJson } from '../../canonical-json.js';
import { allowsAll } from './event-schema.js';
import { ANNOTATIONS } from './resolved-schema.js';

/** A place where one schema may allow what the other does not. */
export interface Excess {
  /** Names on the way to the place, for example `properties`, `amount`, `type`. */
  readonly path: readonly string[];
  /** What the inner schema says there; undefined: nothing. */
  readonly inner: JsonValue | undefined;
  /** What the outer schema says there. */
  readonly outer: JsonValue | undefined;
}

/** Pairs of schemas that one comparison looks at. */
const MAX_PAIRS = 20_000;
/** Keywords whose number is a lower bound, by the type of value that they bound. */
const LOWER_BOUNDS = { string: ['minLength'], array: ['minItems'], object: ['minProperties'] } as const;
const UPPER_BOUNDS = { string: ['maxLength'], array: ['maxItems'], object: ['maxProperties'] } as const;
/** Keywords that mean something only together; compared as a whole. */
const CONTAINS = ['contains', 'minContains', 'maxContains'];
const CONDITIONAL = ['if', 'then', 'else'];

/**
 * Where the inner schema allows values that the outer one may not. Empty only when every value that fits the inner
 * schema fits the outer one: what cannot be told counts as an excess. Both are without references.
 */
export function excesses(inner: JsonValue, outer: JsonValue): readonly Excess[] {
  const comparison = new Comparison();
  comparison.compare(inner, outer, []);
  return comparison.found;
}

class Comparison {
  readonly found: Excess[] = [];

  constructor(private readonly budget = { pairs: MAX_PAIRS }) {}

  compare(inner: JsonValue, outer: JsonValue, path: readonly string[]): void {
    if (outer === true || inner === false || isSameSchema(inner, outer)) return;
    this.budget.pairs -= 1;
    if (outer === false || this.budget.pairs < 0) {
      this.note(path, inner, outer);
      return;
    }
    const [a, b] = [objectOf(inner), objectOf(outer)];
    const choices = choicesOf(a);
    if (choices) {
      if (!allowsAll(outer, choices)) this.note([...path, 'enum'], choices, b['enum'] ?? outer);
      return;
    }
    if (choicesOf(b)) this.note([...path, 'enum'], undefined, choicesOf(b));
    this.compareTypes(a, b, path);
    const types = typesOf(a);
    if (types.includes('object')) this.compareObjects(a, b, path);
    if (types.includes('array')) this.compareArrays(a, b, path);
    if (types.includes('string')) this.compareStrings(a, b, path);
    if (types.includes('number') || types.includes('integer')) this.compareNumbers(a, b, path);
    this.compareCombinations(a, b, path);
  }

  private compareTypes(a: JsonObject, b: JsonObject, path: readonly string[]): void {
    const allowed = typesOf(b);
    const isAllowed = (type: string): boolean =>
      allowed.includes(type) || (type === 'integer' && allowed.includes('number'));
    if (!typesOf(a).every(isAllowed)) this.note([...path, 'type'], a['type'], b['type']);
  }

  private compareObjects(a: JsonObject, b: JsonObject, path: readonly string[]): void {
    const required = textsOf(a['required']);
    for (const name of textsOf(b['required'])) {
      if (!required.includes(name)) this.note([...path, 'properties', name], 'optional', 'required');
    }
    this.compareBounds('object', { minProperties: required.length, ...a }, b, path);
    this.compareWhole(['propertyNames'], a, b, path);
    this.compareWhole(['dependentRequired'], a, b, path);
    this.compareWhole(['dependentSchemas'], a, b, path);
    if (a['patternProperties'] !== undefined || b['patternProperties'] !== undefined) {
      // Which names a pattern covers, and so what is left to the others, is not worked out.
      this.compareWhole(['patternProperties', 'properties', 'additionalProperties'], a, b, path, 'always');
      return;
    }
    const [ofA, ofB] = [objectOf(a['properties'] ?? {}), objectOf(b['properties'] ?? {})];
    const [othersOfA, othersOfB] = [a['additionalProperties'] ?? true, b['additionalProperties'] ?? true];
    for (const name of new Set([...Object.keys(ofA), ...Object.keys(ofB)])) {
      const schemaOf = (properties: JsonObject, others: JsonValue): JsonValue =>
        Object.hasOwn(properties, name) ? (properties[name] ?? true) : others;
      this.compare(schemaOf(ofA, othersOfA), schemaOf(ofB, othersOfB), [...path, 'properties', name]);
    }
    this.compare(othersOfA, othersOfB, [...path, 'additionalProperties']);
  }

  private compareArrays(a: JsonObject, b: JsonObject, path: readonly string[]): void {
    this.compareBounds('array', a, b, path);
    if (b['uniqueItems'] === true && a['uniqueItems'] !== true) this.note([...path, 'uniqueItems'], false, true);
    this.compareWhole(CONTAINS, a, b, path);
    if (a['prefixItems'] !== undefined || b['prefixItems'] !== undefined) {
      this.compareWhole(['prefixItems', 'items'], a, b, path, 'always');
      return;
    }
    this.compare(a['items'] ?? true, b['items'] ?? true, [...path, 'items']);
  }

  private compareStrings(a: JsonObject, b: JsonObject, path: readonly string[]): void {
    this.compareBounds('string', a, b, path);
    this.compareWhole(['pattern'], a, b, path);
    this.compareWhole(['format'], a, b, path);
  }

  private compareNumbers(a: JsonObject, b: JsonObject, path: readonly string[]): void {
    const isAbove = (limit: number, isOpen: boolean): boolean =>
      numberOf(a['minimum'], -Infinity) > limit ||
      numberOf(a['exclusiveMinimum'], -Infinity) >= limit ||
      (!isOpen && a['minimum'] === limit);
    const isBelow = (limit: number, isOpen: boolean): boolean =>
      numberOf(a['maximum'], Infinity) < limit ||
      numberOf(a['exclusiveMaximum'], Infinity) <= limit ||
      (!isOpen && a['maximum'] === limit);
    for (const [keyword, isWithin] of [
      ['minimum', (limit: number) => isAbove(limit, false)],
      ['exclusiveMinimum', (limit: number) => isAbove(limit, true)],
      ['maximum', (limit: number) => isBelow(limit, false)],
      ['exclusiveMaximum', (limit: number) => isBelow(limit, true)],
    ] as const) {
      const limit = b[keyword];
      if (typeof limit === 'number' && !isWithin(limit)) this.note([...path, keyword], a[keyword], limit);
    }
    this.compareWhole(['multipleOf'], a, b, path);
  }

  private compareCombinations(a: JsonObject, b: JsonObject, path: readonly string[]): void {
    for (const keyword of ['not', 'oneOf']) this.compareWhole([keyword], a, b, path);
    this.compareWhole(CONDITIONAL, a, b, path);
    if (!isSame(a['allOf'], b['allOf'])) {
      listOf(b['allOf']).forEach((each, index) => this.compare(a, each, [...path, 'allOf', String(index)]));
    }
    const outerBranches = listOf(b['anyOf']);
    if (outerBranches.length === 0 || isSame(a['anyOf'], b['anyOf'])) return;
    const innerBranches = a['anyOf'] === undefined ? [a] : listOf(a['anyOf']);
    const isCovered = (branch: JsonValue): boolean =>
      outerBranches.some((outer) => {
        const comparison = new Comparison(this.budget);
        comparison.compare(branch, outer, []);
        return comparison.found.length === 0;
      });
    if (!innerBranches.every(isCovered)) this.note([...path, 'anyOf'], a['anyOf'], b['anyOf']);
  }

  private compareBounds(type: keyof typeof LOWER_BOUNDS, a: JsonObject, b: JsonObject, path: readonly string[]): void {
    for (const keyword of LOWER_BOUNDS[type]) {
      if (numberOf(a[keyword], 0) < numberOf(b[keyword], 0)) this.note([...path, keyword], a[keyword], b[keyword]);
    }
    for (const keyword of UPPER_BOUNDS[type]) {
      const isWithin = numberOf(a[keyword], Infinity) <= numberOf(b[keyword], Infinity);
      if (!isWithin) this.note([...path, keyword], a[keyword], b[keyword]);
    }
  }

  /** Keywords that are not taken apart: what the outer schema demands, the inner one must demand in the same words. */
  private compareWhole(
    keywords: readonly string[],
    a: JsonObject,
    b: JsonObject,
    path: readonly string[],
    when: 'demanded' | 'always' = 'demanded',
  ): void {
    if (when === 'demanded' && keywords.every((keyword) => b[keyword] === undefined)) return;
    const [different] = keywords.filter((keyword) => !isSame(a[keyword], b[keyword]));
    if (different !== undefined) this.note([...path, different], a[different], b[different]);
  }

  private note(path: readonly string[], inner: JsonValue | undefined, outer: JsonValue | undefined): void {
    this.found.push({ path, inner, outer });
  }
}

const ALL_TYPES = ['null', 'boolean', 'object', 'array', 'number', 'string'];

function typesOf(schema: JsonObject): readonly string[] {
  return schema['type'] === undefined ? ALL_TYPES : textsOf(schema['type']);
}

function choicesOf(schema: JsonObject): readonly JsonValue[] | undefined {
  if (schema['const'] !== undefined) return [schema['const']];
  return schema['enum'] === undefined ? undefined : listOf(schema['enum']);
}

function isSame(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return canonicalJson({ value: a }) === canonicalJson({ value: b });
}

/** Annotations of the two schemas make no difference; those within them make one that is then looked into. */
function isSameSchema(a: JsonValue, b: JsonValue): boolean {
  return isSame(withoutAnnotations(a), withoutAnnotations(b));
}

function withoutAnnotations(schema: JsonValue): JsonValue {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return schema;
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !ANNOTATIONS.includes(keyword)));
}

function objectOf(value: JsonValue): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return (typeof value === 'string' ? [value] : listOf(value)).filter((each) => typeof each === 'string');
}

function numberOf(value: JsonValue | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
