import { Range } from 'semver';

import { and, anyElement, contains, ELEMENT, isText, type Logic, not, or, same } from './json-logic.js';

/** What `sem_ver` of flagd takes for a version though it is none: after a leading `v`, another one or white space. */
const AFTER_V =
  'vV\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';
const DIGITS = '0123456789';

/** Where the second dot of a version may be: behind a `v` and two numbers of up to 16 digits, which 2^53 has. */
const SECOND_DOT = { first: 3, last: 34 };

/** A test of versions, and when flagd cannot make it. */
export interface VersionTest {
  readonly holds: Logic;
  /** Holds for an array of texts, as `sem_ver` cannot look at each, and for a text that only begins like a version. */
  readonly isUndecided: Logic;
}

/**
 * An npm range as comparisons of flagd's `sem_ver`. Partial versions and other text that flagd's operator completes or
 * cleans do not match, as they do not here.
 *
 * By flagd's schema `sem_ver` compares variables and literals, no computed text.
 *
 * @param isComplete that of {@link isCompleteVersion}, or a reference to it.
 */
export function translateVersionRange(value: Logic, range: string, isComplete: Logic): VersionTest {
  const isOwnText: Logic = { starts_with: [value, ''] };
  const alternatives = new Range(range, { includePrerelease: true }).set.map((comparators) =>
    and(
      ...comparators
        .filter(({ value: comparator }) => comparator !== '')
        .map(({ operator, semver: { version: limit } }) => ({
          sem_ver: [value, operator === '' ? '=' : operator, limit],
        })),
    ),
  );
  // Evaluators in Rust read no version behind a `v`; that they cannot is all that tells it from other text.
  const isUnread = and(
    { starts_with: [value, 'v'] },
    contains(DIGITS, { substr: [value, 1, 1] }),
    not(isVersion(value)),
    isComplete,
  );
  return {
    holds: and(isOwnText, not(isOddlyPrefixed(value)), isVersion(value), or(...alternatives), isComplete),
    isUndecided: or(isUnread, and(not(isOwnText), anyElement(value, isText(ELEMENT)))),
  };
}

/** Whether text that `sem_ver` reads has three numbers: two dots before a prerelease and a build. */
export function isCompleteVersion(value: Logic): Logic {
  const positions = Array.from(
    { length: SECOND_DOT.last - SECOND_DOT.first + 1 },
    (_, index) => SECOND_DOT.first + index,
  );
  return or(
    ...positions.map((position) => {
      const before: Logic = { substr: [value, 0, position] };
      const isDot = same({ substr: [value, position, 1] }, '.');
      return and(isDot, contains(before, '.'), not(contains(before, '-')), not(contains(before, '+')));
    }),
  );
}

/** Whether `sem_ver` can read a text: it is null, neither true nor false, for what it cannot. */
function isVersion(text: Logic): Logic {
  return { sem_ver: [text, '=', text] };
}

function isOddlyPrefixed(text: Logic): Logic {
  return or(
    { starts_with: [text, 'V'] },
    and({ starts_with: [text, 'v'] }, contains(AFTER_V, { substr: [text, 1, 1] })),
  );
}
