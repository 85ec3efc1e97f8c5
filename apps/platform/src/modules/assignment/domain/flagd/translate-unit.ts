import type { FractionalVersion } from './untranslatable-flags.js';
import { and, concatenated, contains, different, isNumber, type Logic, not, or, same } from './json-logic.js';

/** Variants that no flag has: flagd answers with an error that names them, and the application's default applies. */
export const ERROR_VARIANTS = {
  targetingKeyMissing: '$TARGETING_KEY_MISSING',
  invalidContext: '$INVALID_CONTEXT',
  otherFractional: '$OTHER_VERSION_OF_FRACTIONAL',
  incomparableVersion: '$VERSION_NOT_COMPARABLE',
  hashedOtherwise: '$UNIT_HASHED_OTHERWISE',
} as const;

/**
 * Whether the evaluator hashes text as UTF-8, as the platform does. Those for JavaScript hash the units of UTF-16, which
 * are the same numbers for ASCII alone: this text is in bucket 6 of 100 by the one and in bucket 26 by the other.
 */
const HASHES_UTF8: Logic = same({ fractional: [concatenated('\u00e9'), ['utf-8', 10], ['utf-16', 90]] }, 'utf-8');

/** Longest unit that can be looked at, character by character. */
const MAX_ASCII_LENGTH = 64;
const LAST_ASCII = '~';

/** The evaluator for Go takes white space from the ends of a text that it puts together, and so from a unit's end. */
const KEEPS_WHITE_SPACE: Logic = same(concatenated('a', ' '), 'a ');
const WHITE_SPACE =
  '\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000';

/**
 * Whether the evaluator hashes a unit as the platform does. The value is a unit. Evaluators that hash CBOR hash UTF-8, as
 * text of CBOR has no other form.
 *
 * @param isShortAscii that of {@link isShortAsciiText}, or a reference to it.
 */
export function isHashedAlike(value: Logic, version: FractionalVersion, isShortAscii: Logic): Logic {
  const isNumber = not({ starts_with: [value, ''] });
  const endsInWhiteSpace = contains(WHITE_SPACE, { substr: [value, -1] });
  const isKept = or(KEEPS_WHITE_SPACE, isNumber, not(endsInWhiteSpace));
  return version === 3 ? isKept : and(isKept, or(HASHES_UTF8, isNumber, isShortAscii));
}

/** Whether text is ASCII and can be looked at, character by character. */
export function isShortAsciiText(value: Logic): Logic {
  const isAscii = Array.from({ length: MAX_ASCII_LENGTH }, (_, index): Logic => ({
    '<=': [{ substr: [value, index, 1] }, LAST_ASCII],
  }));
  return and(...isAscii, same({ substr: [value, MAX_ASCII_LENGTH, 1] }, ''));
}

/** Text that is not empty, or a whole number up to 2^53. */
export function isUnit(value: Logic): Logic {
  const isWhole = same({ '%': [value, 1] }, 0);
  const isSafe = and({ '<=': [value, Number.MAX_SAFE_INTEGER] }, { '>=': [value, -Number.MAX_SAFE_INTEGER] });
  const isTextUnit = and({ starts_with: [value, ''] }, different(value, ''));
  return or(isTextUnit, and(isNumber(value), isWhole, isSafe));
}

/** The error of a value that is no unit. */
export function unitError(value: Logic): Logic {
  const isMissing = or(same(value, null), same(value, ''));
  return { if: [isMissing, ERROR_VARIANTS.targetingKeyMissing, ERROR_VARIANTS.invalidContext] };
}

/** The texts and the numbers that stand for the same units: 77 and "77" are one. */
export function unitsAsValues(units: Iterable<string>): readonly (string | number)[] {
  return [...units].flatMap((unit) => {
    const number = Number(unit);
    return Number.isSafeInteger(number) && String(number) === unit ? [unit, number] : [unit];
  });
}

/** Text as flagd hashes it: the salt, a slash and the unit. */
export function hashInput(salt: string, unit: Logic): Logic {
  return concatenated(salt, '/', unit);
}
