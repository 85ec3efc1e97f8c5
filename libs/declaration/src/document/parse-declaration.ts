import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { type FieldViolation, finished, type Steps } from '@sortition/kernel';

import { refuseViolations, violationOf } from '../configuration-errors.js';
import { RESOURCE_KINDS } from '../resource-types.js';
import { requireStorableTexts } from '../storable-text.js';
import type { Declaration } from './declaration.js';
import { DECLARATION_SCHEMA } from './declaration-schema.js';
import { declaredItems } from './declared-items.js';
import { schemaViolations } from './schema-violations.js';

/** Elements of a list that are checked in one step. */
const ELEMENTS_AT_ONCE = 25;

let compiled: ValidateFunction<Declaration> | undefined;

/** Compiled when it is first needed, as that takes longer than most programs that load this module run. */
function validator(): ValidateFunction<Declaration> {
  compiled ??= new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: false,
    allowUnionTypes: true,
  }).compile<Declaration>(DECLARATION_SCHEMA);
  return compiled;
}

/** @throws DomainError INVALID_CONFIGURATION whose violations name every path and value that does not fit the schema. */
export function parseDeclaration(document: unknown): Declaration {
  return finished(parseDeclarationInSteps(document));
}

/** Like {@link parseDeclaration}, in short steps. */
export function* parseDeclarationInSteps(document: unknown): Steps<Declaration> {
  yield* requireStorableTexts(document, 'declaration');
  refuseViolations(yield* misfits(document));
  // Every part of it was validated.
  const declaration = document as Declaration;
  refuseViolations(yield* repeatedKeys(declaration));
  return declaration;
}

/** The schema says nothing of a list as a whole, so a long one is checked as several short ones. */
function* misfits(document: unknown): Steps<readonly FieldViolation[]> {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return violationsOf(document);
  const sections = Object.entries(document as Readonly<Record<string, unknown>>);
  const isLong = (section: unknown): section is readonly unknown[] =>
    Array.isArray(section) && section.length > ELEMENTS_AT_ONCE;
  const short = sections.map(([name, section]) => [name, isLong(section) ? [] : section] as const);
  const found = [...violationsOf(Object.fromEntries(short))];
  for (const [name, section] of sections) {
    if (!isLong(section)) continue;
    for (let start = 0; start < section.length; start += ELEMENTS_AT_ONCE) {
      yield;
      const part = { version: 1, [name]: section.slice(start, start + ELEMENTS_AT_ONCE) };
      found.push(...violationsOf(part).flatMap((violation) => moved(violation, name, start)));
    }
  }
  return found;
}

function violationsOf(document: unknown): readonly FieldViolation[] {
  const validate = validator();
  return validate(document) ? [] : schemaViolations(validate.errors ?? []);
}

/** The violation of an element at its place in the whole list; none for what is wrong with the list itself. */
function moved({ field, description }: FieldViolation, section: string, by: number): FieldViolation | [] {
  const [place, index] = /^\w+\[(\d+)\]/.exec(field) ?? [];
  if (place === undefined) return [];
  return { field: `${section}[${String(Number(index) + by)}]${field.slice(place.length)}`, description };
}

function* repeatedKeys(declaration: Declaration): Steps<readonly FieldViolation[]> {
  const found: FieldViolation[] = [];
  for (const kind of RESOURCE_KINDS) {
    const seen = new Set<string>();
    for (const { key, environment, at } of declaredItems(kind, declaration)) {
      yield;
      if (environment !== undefined) continue;
      if (seen.has(key)) found.push(violationOf(`${at}.key`, key, 'must be unique in its section'));
      seen.add(key);
    }
  }
  return found;
}
