import { Range } from 'semver';

import { and, anyElement, concatenated, contains, ELEMENT, isText, type Logic, not, or } from './json-logic.js';

/** What `sem_ver` of flagd takes for a version though it is none: after a leading `v`, another one or white space. */
const AFTER_V =
  'vV\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';

/** A test of versions, and when flagd cannot make it. */
export interface VersionTest {
  readonly holds: Logic;
  /** Holds for an array of texts, as `sem_ver` cannot look at each. */
  readonly isUndecided: Logic;
}

/**
 * An npm range as comparisons of flagd's `sem_ver`. Partial versions and other text that flagd's operator completes or
 * cleans do not match, as they do not here.
 */
export function translateVersionRange(value: Logic, range: string): VersionTest {
  const isOwnText: Logic = { starts_with: [value, ''] };
  const version = withoutV(value);
  const alternatives = new Range(range, { includePrerelease: true }).set.map((comparators) =>
    and(
      ...comparators
        .filter(({ value: comparator }) => comparator !== '')
        .map(({ operator, semver: { version: limit } }) => ({
          sem_ver: [version, operator === '' ? '=' : operator, limit],
        })),
    ),
  );
  return {
    holds: and(isOwnText, not(isOddlyPrefixed(value)), isComplete(version), or(...alternatives)),
    isUndecided: and(not(isOwnText), anyElement(value, isText(ELEMENT))),
  };
}

/** Text without a leading `v`, which evaluators in Rust do not read. */
function withoutV(text: Logic): Logic {
  return { if: [{ starts_with: [text, 'v'] }, { substr: [text, 1] }, text] };
}

function isOddlyPrefixed(text: Logic): Logic {
  return or(
    { starts_with: [text, 'V'] },
    and({ starts_with: [text, 'v'] }, contains(AFTER_V, { substr: [text, 1, 1] })),
  );
}

/** Whether a version has three numbers: one more in front makes a partial version a version, and a complete one none. */
function isComplete(version: Logic): Logic {
  return and(isVersion(version), not(isVersion(concatenated('0.', version))));
}

/** Whether `sem_ver` can read a text: it is null, neither true nor false, for what it cannot. */
function isVersion(text: Logic): Logic {
  return { sem_ver: [text, '=', text] };
}
