import type { FieldViolation, JsonObject, JsonValue } from '@sortition/kernel';

import { equalsJson } from '../conditions/json-equality.js';

/**
 * What a change of schema would take from readers: an application that relies on the previous schema must be able to
 * read every value that the next one allows. Empty when it can. A keyword that this cannot compare may not change.
 *
 * @param path of the schema, for example `flag.schema`.
 */
export function schemaChangeViolations(
  previous: JsonObject,
  next: JsonObject,
  path: string,
): readonly FieldViolation[] {
  const violations: FieldViolation[] = [];
  compare(previous, next, path, (field, description) => violations.push({ field, description }));
  return violations;
}

type Note = (field: string, description: string) => void;

/** Keywords that say nothing about values. */
const ANNOTATIONS = ['title', 'description', 'default', 'examples', '$comment', '$schema', '$id', 'deprecated'];
const COMPARED = ['type', 'enum', 'const', 'required', 'properties', 'additionalProperties', 'items'];
/** Keywords whose number may only rise, so that fewer values are allowed. */
const LOWER_BOUNDS = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const UPPER_BOUNDS = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];

function compare(previous: JsonObject, next: JsonObject, path: string, note: Note): void {
  compareTypes(previous, next, path, note);
  compareChoices(previous, next, path, note);
  const required = texts(next['required']);
  for (const name of texts(previous['required'])) {
    if (!required.includes(name)) note(`${path}.required`, `must keep "${name}": readers rely on its presence`);
  }
  const properties = objectOf(next['properties']);
  for (const [name, schema] of Object.entries(objectOf(previous['properties']))) {
    const kept = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (kept === undefined) note(`${path}.properties.${name}`, 'must stay: readers may read it');
    else compare(objectOf(schema), objectOf(kept), `${path}.properties.${name}`, note);
  }
  if (previous['additionalProperties'] === false && next['additionalProperties'] !== false) {
    note(`${path}.additionalProperties`, 'must stay false: readers rely on knowing every property');
  }
  if (previous['items'] !== undefined)
    compare(objectOf(previous['items']), objectOf(next['items']), `${path}.items`, note);
  compareBounds(previous, next, path, note);
  compareOthers(previous, next, path, note);
}

function compareTypes(previous: JsonObject, next: JsonObject, path: string, note: Note): void {
  if (previous['type'] === undefined) return;
  const allowed = texts(previous['type']);
  const given = texts(next['type']);
  const isWider = given.length === 0 || given.some((type) => !accepts(allowed, type));
  if (isWider)
    note(`${path}.type`, `must not be wider than ${allowed.join(' or ')}, got ${given.join(' or ') || 'any'}`);
}

function accepts(allowed: readonly string[], type: string): boolean {
  return allowed.includes(type) || (type === 'integer' && allowed.includes('number'));
}

function compareChoices(previous: JsonObject, next: JsonObject, path: string, note: Note): void {
  const allowed = choicesOf(previous);
  if (allowed === undefined) return;
  const given = choicesOf(next);
  const isWider = given?.every((value) => allowed.some((each) => equalsJson(each, value))) !== true;
  if (isWider) note(`${path}.enum`, `must not allow values beyond ${JSON.stringify(allowed)}`);
}

function compareBounds(previous: JsonObject, next: JsonObject, path: string, note: Note): void {
  for (const keyword of [...LOWER_BOUNDS, ...UPPER_BOUNDS]) {
    const before = previous[keyword];
    if (typeof before !== 'number') continue;
    const after = next[keyword];
    const isNarrower =
      typeof after === 'number' && (LOWER_BOUNDS.includes(keyword) ? after >= before : after <= before);
    if (!isNarrower)
      note(`${path}.${keyword}`, `must not allow more than ${before}, got ${JSON.stringify(after ?? 'no limit')}`);
  }
}

function compareOthers(previous: JsonObject, next: JsonObject, path: string, note: Note): void {
  const known = [...ANNOTATIONS, ...COMPARED, ...LOWER_BOUNDS, ...UPPER_BOUNDS];
  for (const keyword of new Set([...Object.keys(previous), ...Object.keys(next)])) {
    if (known.includes(keyword)) continue;
    const [before, after] = [previous[keyword], next[keyword]];
    const isNew = before === undefined && !keyword.startsWith('$');
    if (isNew || (before !== undefined && after !== undefined && equalsJson(before, after))) continue;
    note(`${path}.${keyword}`, 'must not change: whether readers could follow can not be told');
  }
}

function choicesOf(schema: JsonObject): readonly JsonValue[] | undefined {
  const { enum: choices, const: only } = schema;
  if (only !== undefined) return [only];
  return Array.isArray(choices) ? (choices as readonly JsonValue[]) : undefined;
}

function texts(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}

/** The schema as an object; `true` and everything that is no object allow everything. */
function objectOf(value: JsonValue | undefined): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return value as JsonObject;
}
