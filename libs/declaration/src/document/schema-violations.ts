import { OPERATOR_DESCRIPTIONS } from '@sortition/evaluation/operators';
import type { FieldViolation } from '@sortition/kernel';
import type { ErrorObject } from 'ajv/dist/2020.js';

import { violationOf } from '../configuration-errors.js';
import { nearestNames } from '../nearest-names.js';
import { CONDITION_DEFINITION_SCHEMA } from '../resources/condition-schema.js';

/**
 * What a document has that does not fit its schema, each problem once: what follows from another problem at the same
 * place is left out.
 */
export function schemaViolations(errors: readonly ErrorObject[]): readonly FieldViolation[] {
  // What single alternatives lack says less than that none of them fits.
  const own = errors.filter(({ schemaPath }) => !/\/(oneOf|anyOf)\/\d/.test(schemaPath));
  const unknown = own.filter(({ keyword }) => keyword === 'additionalProperties');
  const isFollowUp = ({ keyword, instancePath }: ErrorObject): boolean =>
    // An unknown name is most likely the missing one, mistyped.
    (keyword === 'oneOf' || keyword === 'required') &&
    unknown.some((other) => other.instancePath === instancePath && nearestTo(other) !== undefined);
  const violations = own.filter((error) => !isFollowUp(error)).map(violationOfError);
  const wrongConditions = new Set<string>();
  return violations.filter(({ field, description }) => {
    const condition = description.includes(CONDITION_HINT) ? field.replace(/\.[^.]+$/, '') : undefined;
    if (condition === undefined) return true;
    if (wrongConditions.has(condition)) return false;
    wrongConditions.add(condition);
    return true;
  });
}

const CONDITION_HINT = 'is no part of a condition';

function violationOfError(error: ErrorObject): FieldViolation {
  const { instancePath, keyword, params, message = 'is invalid', data, schema } = error;
  const at = pathOf(instancePath);
  switch (keyword) {
    case 'additionalProperties': {
      const field = join(at, String(params['additionalProperty']));
      return { field, description: unknownField(error) };
    }
    case 'required':
      return { field: join(at, String(params['missingProperty'])), description: 'is missing' };
    case 'enum':
      return violationOf(at, data, `must be one of ${JSON.stringify(params['allowedValues'])}`);
    case 'const':
      return violationOf(at, data, `must be ${JSON.stringify(params['allowedValue'])}`);
    case 'oneOf':
    case 'anyOf':
      return violationOf(at, data, `must be ${alternatives(schema)}`);
    case 'pattern':
      return violationOf(at, data, patternRule(error));
    default:
      return violationOf(at || 'declaration', data, message);
  }
}

/** What an unknown name says: which name was meant, or how a condition is written. */
function unknownField(error: ErrorObject): string {
  const condition = conditionHint(error);
  if (condition !== undefined) return condition;
  const nearest = nearestTo(error);
  return nearest === undefined ? 'is not a known field' : `is not a known field; did you mean "${nearest}"?`;
}

function nearestTo({ params, parentSchema }: ErrorObject): string | undefined {
  const known = Object.keys((parentSchema?.['properties'] ?? {}) as object);
  return nearestNames(String(params['additionalProperty']), known)[0];
}

/** How somebody who writes `{operator: equals, value: SE}` says it here. */
function conditionHint({ params, parentSchema, data }: ErrorObject): string | undefined {
  if (parentSchema?.['properties'] !== CONDITION_DEFINITION_SCHEMA['properties']) return undefined;
  const given = data as Readonly<Record<string, unknown>>;
  const name = String(params['additionalProperty']);
  const value = asWritten(given[name]);
  const operator = OPERATOR_DESCRIPTIONS.find((each) => each.name === given['operator'])?.name;
  if (operator !== undefined) {
    const beside = given['attribute'] === undefined ? ', beside the attribute that it looks at' : '';
    return `${CONDITION_HINT}; write ${operator}: ${value}${beside}`;
  }
  const [nearest] = nearestNames(name, Object.keys(CONDITION_DEFINITION_SCHEMA['properties'] ?? {}));
  if (nearest !== undefined) return `${CONDITION_HINT}; did you mean "${nearest}"?`;
  return `${CONDITION_HINT}; write for example {attribute: country, equals: SE}`;
}

/** A value as people write it in YAML. */
function asWritten(value: unknown): string {
  const isWord = typeof value === 'string' && /^[A-Za-z][\w.-]*$/.test(value) && !/^(true|false|null)$/i.test(value);
  return isWord ? value : JSON.stringify(value);
}

function alternatives(schema: unknown): string {
  const branches = (Array.isArray(schema) ? schema : []) as readonly Alternative[];
  const required = branches.flatMap((branch) => branch.required ?? []);
  if (required.length === branches.length) return `an object with exactly one of ${required.join(', ')}`;
  return branches
    .map(({ type, const: word }) => (word === undefined ? withArticle(type) : JSON.stringify(word)))
    .join(' or ');
}

interface Alternative {
  readonly required?: readonly string[];
  readonly type?: string;
  readonly const?: unknown;
}

function withArticle(type = 'something else'): string {
  return `${/^[aeio]/.test(type) ? 'an' : 'a'} ${type}`;
}

const KEY_PATTERN_RULE = 'must be 1 to 100 lower-case letters, digits, "-", "_" or "."';

/** Regular expressions say little to people. */
function patternRule({ params, schema, parentSchema }: ErrorObject): string {
  const pattern = String(params['pattern'] ?? schema);
  if (pattern.startsWith('^[a-z0-9._-]')) return KEY_PATTERN_RULE;
  if (pattern.startsWith('^\\d{4}')) return 'must be a time of RFC 3339, for example "2026-06-01T12:00:00Z"';
  if (pattern === '^[^/]+$') return 'must be text without "/"';
  const description: unknown = parentSchema?.['description'];
  return typeof description === 'string' ? `does not fit: ${description}` : `must match ${pattern}`;
}

/** `/flags/0/variants` as `flags[0].variants`. */
function pathOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, token) => (/^\d+$/.test(token) ? `${path}[${token}]` : join(path, token)), '');
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
