import { EventRejection, quoted } from './event-rejection.js';

export interface TextRule {
  readonly maxLength: number;
  readonly mayBeEmpty?: boolean;
}

/** NUL, which PostgreSQL cannot store, and halves of surrogate pairs, which UTF-8 cannot write. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** Why the text is refused; undefined when it is fine. */
export function checkText(field: string, value: unknown, rule: TextRule): EventRejection | undefined {
  if (typeof value !== 'string') return new EventRejection('INVALID_ARGUMENT', field, `${quoted(value)} is not a text`);
  if (value === '' && rule.mayBeEmpty !== true) return new EventRejection('INVALID_ARGUMENT', field, '"" is empty');
  if (value.length > rule.maxLength) {
    const problem = `${quoted(value)} has ${value.length} characters; at most ${rule.maxLength} are allowed`;
    return new EventRejection('INVALID_ARGUMENT', field, problem);
  }
  if (UNSTORABLE.test(value)) {
    return new EventRejection('INVALID_ARGUMENT', field, `${quoted(value)} holds a character that is not allowed`);
  }
  return undefined;
}
