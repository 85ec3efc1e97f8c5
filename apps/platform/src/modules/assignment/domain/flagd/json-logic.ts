import type { JsonValue } from '@sortition/kernel';

/** An expression of JsonLogic (https://jsonlogic.com) with flagd's operators. */
export type Logic = JsonValue;

/** The element that `some` and `all` look at. */
export const ELEMENT: Logic = { var: '' };

export function attribute(name: string): Logic {
  return { var: name };
}

export function and(...conditions: readonly Logic[]): Logic {
  const needed = conditions.filter((each) => each !== true);
  if (needed.includes(false)) return false;
  return needed.length > 1 ? { and: needed } : (needed[0] ?? true);
}

export function or(...conditions: readonly Logic[]): Logic {
  const possible = conditions.filter((each) => each !== false);
  if (possible.includes(true)) return true;
  return possible.length > 1 ? { or: possible } : (possible[0] ?? false);
}

export function not(condition: Logic): Logic {
  return typeof condition === 'boolean' ? !condition : { '!': [condition] };
}

/** Same type and same value; nothing is converted. */
export function same(one: Logic, other: Logic): Logic {
  return { '===': [one, other] };
}

export function different(one: Logic, other: Logic): Logic {
  return { '!==': [one, other] };
}

/**
 * Whether a value is one of the given texts, numbers and booleans; nothing is converted. The evaluator for Go finds a
 * number among texts, and fails at a boolean among others.
 */
export function oneOf(value: Logic, values: readonly JsonValue[]): Logic {
  const isAlone = (each: JsonValue): boolean =>
    typeof each !== 'number' && (typeof each !== 'string' || isNumeric(each));
  const texts = values.filter((each) => typeof each === 'string' && !isAlone(each));
  const numbers = values.filter((each) => typeof each === 'number');
  return or(textOf(value, texts), memberOf(value, numbers), ...values.filter(isAlone).map((each) => same(value, each)));
}

/**
 * Whether a unit is one of the given ones, each named by its text and, where it is a number's, by the number. It is
 * shorter than `oneOf`, as a number and its text are one unit.
 */
export function oneOfUnits(unit: Logic, units: readonly (string | number)[]): Logic {
  const texts = units.filter((each) => typeof each === 'string');
  const numbers = units.filter((each) => typeof each === 'number');
  return or(textOf(unit, texts), memberOf(unit, numbers));
}

/** Whether text contains a piece. The value must be text. */
export function contains(text: Logic, piece: Logic): Logic {
  return { in: [piece, text] };
}

export function concatenated(...parts: readonly Logic[]): Logic {
  return { cat: parts };
}

/** Whether a value is text. Needs none of flagd's operators. */
export function isText(value: Logic): Logic {
  return and(different(value, null), isNoBoolean(value), isOwnText(value));
}

/**
 * Whether a value is a number. Of what is not text, only a number's text and some arrays' end with a digit, and an
 * array is not its own last element.
 */
export function isNumber(value: Logic): Logic {
  return and(
    different(value, null),
    isNoBoolean(value),
    not(isOwnText(value)),
    contains('0123456789', { substr: [concatenated(value), -1] }),
    same(lastNumber(value), value),
  );
}

/** The evaluator for Go makes no text of a boolean. */
function isNoBoolean(value: Logic): Logic {
  return and(different(value, true), different(value, false));
}

/** To the evaluator for Go a text that is no number is the same as 0. */
function textOf(value: Logic, texts: readonly JsonValue[]): Logic {
  return and(different(value, 0), memberOf(value, texts));
}

function memberOf(value: Logic, values: readonly JsonValue[]): Logic {
  return values.length === 0 ? false : { in: [value, values] };
}

function isNumeric(text: string): boolean {
  return text.trim() !== '' && !Number.isNaN(Number(text));
}

/** Only text is the same as its own text. The value must not be null, of which evaluators in Java make no text. */
function isOwnText(value: Logic): Logic {
  return same(concatenated(value), value);
}

/** Whether any element of an array passes, or the value itself when it is no array. */
export function anyElement(value: Logic, test: Logic): Logic {
  return typeof test === 'boolean' && !test ? false : { some: [{ merge: [value] }, test] };
}

/** Whether every element of an array that is not empty passes, or the value itself when it is no array. */
export function everyElement(value: Logic, test: Logic): Logic {
  return typeof test === 'boolean' && !test ? false : { all: [{ merge: [value] }, test] };
}

/** The last element of an array of numbers, or the number itself. The evaluator for Go takes no null to begin with. */
function lastNumber(value: Logic): Logic {
  return { reduce: [{ merge: [value] }, { var: 'current' }, 0] };
}

/** Whether the expression has more than so many nodes. Looks no further than that. */
export function isLargerThan(logic: Logic, nodes: number): boolean {
  let left = nodes;
  const visit = (part: Logic): boolean => {
    left -= 1;
    if (left < 0) return false;
    if (typeof part !== 'object' || part === null) return true;
    return Object.values(part).every(visit);
  };
  return !visit(logic);
}
