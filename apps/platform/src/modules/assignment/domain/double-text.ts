import type { JsonValue } from '@sortition/kernel';

const DIGITS_ONLY = /^-?\d+$/;

/** A double as JSON that readers which tell integers from doubles take for one: 3 is written as 3.0. */
export function doubleText(value: JsonValue): string {
  const text = JSON.stringify(value);
  return DIGITS_ONLY.test(text) ? `${text}.0` : text;
}
