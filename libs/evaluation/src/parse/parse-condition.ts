/* eslint-disable @typescript-eslint/no-confusing-void-expression -- noting a problem stands for the value that is missing */
import { instantOfDateOrTimestamp } from '@sortition/kernel';

import type { AttributeCondition, Condition, ListCondition, PluginCondition } from '../model/index.js';
import { Fields, present, textOf } from './fields.js';
import { NESTING_DEPTH, parseJson } from './parse-json.js';
import { isArray, quote } from './quote.js';

/** The operators of an attribute condition: what their argument must be, as a reader of the argument. */
const ATTRIBUTE_OPERATORS: Readonly<Record<string, (fields: Fields, name: string) => unknown>> = {
  equals: (fields, name) => comparable(fields.get(name), fields.at(name), fields),
  in: (fields, name) => fields.list(name, (value, path) => inValue(value, path, fields)),
  exists: (fields, name) => fields.boolean(name),
  contains: needles,
  startsWith: needles,
  endsWith: needles,
  matches: text,
  lessThan: finite,
  atMost: finite,
  greaterThan: finite,
  atLeast: finite,
  semver: text,
  before: instant,
  after: instant,
  cidr: needles,
};

export const OPERATOR_NAMES: readonly string[] = Object.keys(ATTRIBUTE_OPERATORS);
const KNOWN_FIELDS: readonly string[] = ['attribute', 'elements', 'ignoreCase', ...OPERATOR_NAMES];
const MODULES: readonly string[] = ['matches', 'semver', 'cidr'];
const TAKES_CASE: readonly string[] = ['equals', 'in', 'contains', 'startsWith', 'endsWith', 'matches'];

/** Reads a condition of at most {@link NESTING_DEPTH} levels. */
export function parseCondition(fields: Fields | undefined, depth = 0): Condition | undefined {
  if (fields === undefined) return undefined;
  if (depth >= NESTING_DEPTH) {
    return fields.problems.note(fields.path, `must not nest deeper than ${NESTING_DEPTH} levels`);
  }
  if (!fields.problems.admit(fields.path)) return undefined;
  if (fields.has('operator')) return parsePlugin(fields);
  if (fields.has('list')) return parseList(fields);
  if (fields.has('attribute')) return parseAttribute(fields);
  if (fields.has('segment')) {
    const segment = fields.only('segment').reference('segment', 'segment');
    return segment === undefined ? undefined : { segment };
  }
  const nested = (value: unknown, path: string): Condition | undefined =>
    parseCondition(Fields.of(value, path, fields.problems), depth + 1);
  if (fields.has('all')) return { all: fields.only('all').list('all', nested) };
  if (fields.has('any')) return { any: fields.only('any').list('any', nested) };
  if (fields.has('not')) {
    const not = nested(fields.only('not').get('not'), fields.at('not'));
    return not === undefined ? undefined : { not };
  }
  if (fields.problems.operators.unknown) return unknownCondition(fields, fields.names()[0]);
  return fields.problems.note(
    fields.path,
    `must be a condition: one of all, any, not, attribute, segment, list, operator; it has ${fields.names().join(', ') || 'no fields'}`,
  );
}

function parseAttribute(fields: Fields): AttributeCondition | PluginCondition | undefined {
  const operators = OPERATOR_NAMES.filter((name) => fields.has(name));
  if (operators.length === 0 && fields.problems.operators.unknown) {
    return unknownCondition(
      fields,
      fields.names().find((name) => !KNOWN_FIELDS.includes(name)),
    );
  }
  fields.only(...KNOWN_FIELDS);
  const attribute = fields.key('attribute');
  const elements = fields.has('elements') ? fields.oneOf('elements', ['any', 'all']) : undefined;
  const ignoreCase = fields.optionalBoolean('ignoreCase');
  const [operator] = operators;
  if (operator === undefined || operators.length > 1) {
    const found = operators.length === 0 ? 'none' : operators.join(', ');
    return fields.problems.note(
      fields.path,
      `must have exactly one operator of ${OPERATOR_NAMES.join(', ')}; it has ${found}`,
    );
  }
  const argument = ATTRIBUTE_OPERATORS[operator]?.(fields, operator);
  if (ignoreCase === true && !TAKES_CASE.includes(operator)) {
    fields.problems.note(fields.at('ignoreCase'), `does not apply to ${operator}`);
  }
  if (elements !== undefined && (operator === 'exists' || isArray(argument) !== isArray(fields.get(operator)))) {
    fields.problems.note(fields.at('elements'), `does not apply to ${operator}`);
  }
  if (elements !== undefined && operator === 'equals' && isArray(argument)) {
    fields.problems.note(fields.at('elements'), 'does not apply to equals with an array, which compares the whole');
  }
  // The reader of the operator has checked the argument's type.
  const condition = present({ attribute, elements, ignoreCase, [operator]: argument }) as unknown as AttributeCondition;
  if (MODULES.includes(operator)) prepare(fields, operator, () => fields.problems.operators.valueTest(condition));
  return condition;
}

function parseList(fields: Fields): ListCondition | undefined {
  const list = fields.only('list', 'attribute').reference('list', 'list');
  return list === undefined ? undefined : present<ListCondition>({ list, attribute: fields.optionalKey('attribute') });
}

function parsePlugin(fields: Fields): PluginCondition | undefined {
  const operator = fields.only('operator', 'arguments').key('operator');
  if (operator === undefined) return undefined;
  if (OPERATOR_NAMES.includes(operator)) {
    return fields.wrong('operator', `is for operators of plugins; write {"attribute": …, "${operator}": …}`, operator);
  }
  if (!isNamespaced(operator)) {
    return fields.wrong('operator', 'must be a namespaced name such as acme.businessHours', operator);
  }
  const given = fields.has('arguments')
    ? parseJson(fields.get('arguments'), fields.at('arguments'), fields.problems)
    : undefined;
  const condition = present<PluginCondition>({ operator, arguments: given });
  prepare(fields, 'operator', () => fields.problems.operators.pluginTest(condition));
  return condition;
}

/** A condition of a later version of this library, kept whole under the name of what is not known of it. */
function unknownCondition(fields: Fields, name = 'condition'): PluginCondition | undefined {
  const whole = Object.fromEntries(fields.names().map((field) => [field, fields.get(field)]));
  const given = parseJson(whole, fields.path, fields.problems);
  return given === undefined ? undefined : { operator: `unknown.${name}`, arguments: given };
}

/** Lets the operator see its argument, and notes why it refuses it. */
function prepare(fields: Fields, name: string, compile: () => unknown): void {
  try {
    compile();
  } catch (error) {
    fields.wrong(name, error instanceof Error ? error.message : 'is refused by its operator', fields.get(name));
  }
}

function isNamespaced(name: string): name is `${string}.${string}` {
  return /^[^.]+\..+$/.test(name);
}

/** A value that an attribute can equal. null is none: absence is tested with `exists`. */
function comparable(value: unknown, path: string, fields: Fields): unknown {
  if (value === null) return fields.problems.note(path, 'must not be null; test absence with {"exists": false}');
  return parseJson(value, path, fields.problems);
}

function inValue(value: unknown, path: string, fields: Fields): unknown {
  if (isArray(value)) return fields.problems.add(path, 'must be text, a number, a boolean or an object', value);
  return comparable(value, path, fields);
}

/** One piece of text or several of which one must fit; empty text would fit everything and is refused. */
function needles(fields: Fields, name: string): unknown {
  const value = fields.get(name);
  const piece = (element: unknown, path: string): string | undefined =>
    element === '' ? fields.problems.note(path, 'must not be empty text') : textOf(element, path, fields.problems);
  return isArray(value) ? fields.list(name, piece) : piece(value, fields.at(name));
}

function text(fields: Fields, name: string): unknown {
  return textOf(fields.get(name), fields.at(name), fields.problems);
}

function instant(fields: Fields, name: string): unknown {
  const value = fields.get(name);
  return typeof value === 'string' && !Number.isNaN(instantOfDateOrTimestamp(value))
    ? value
    : fields.wrong(name, 'must be an RFC 3339 timestamp with its offset, or a date', value);
}

function finite(fields: Fields, name: string): unknown {
  const value = fields.get(name);
  return typeof value === 'number' && Number.isFinite(value)
    ? value
    : fields.problems.note(fields.at(name), `must be a finite number, got ${quote(value)}`);
}
