import type { AttributeCondition, Condition } from '@sortition/evaluation';
import type { JsonValue } from '@sortition/kernel';

import type { Findings } from './untranslatable-flags.js';
import {
  and,
  anyElement,
  contains,
  different,
  ELEMENT,
  everyElement,
  isNumber,
  isText,
  type Logic,
  not,
  oneOf,
  oneOfUnits,
  or,
  same,
} from './json-logic.js';
import { translateAttribute } from './translate-attribute.js';
import { unitsAsValues } from './translate-unit.js';
import { translateVersionRange } from './translate-version.js';

/** A condition in JsonLogic. */
export interface TranslatedCondition {
  readonly holds: Logic;
  /** Holds for contexts for which flagd cannot tell; false for most conditions. */
  readonly isUndecided: Logic;
}

/** What a condition may refer to. */
export interface ConditionReferences {
  segment(key: string, findings: Findings): TranslatedCondition;
  /** Ids of a list; undefined when there are too many. */
  list(key: string): ReadonlySet<string> | undefined;
  /** Whether the version that an attribute holds has three numbers. */
  isCompleteVersion(attribute: string): Logic;
}

const decided = (holds: Logic): TranslatedCondition => ({ holds, isUndecided: false });

/** A condition with the same outcome for every context that JSON can carry. */
export function translateCondition(
  condition: Condition,
  references: ConditionReferences,
  findings: Findings,
): TranslatedCondition {
  if ('list' in condition) {
    const ids = references.list(condition.list);
    if (!ids) return decided(findings.note('LARGE_LIST', `The list "${condition.list}" is too long for flagd.`));
    const value = translateAttribute(condition.attribute ?? 'targetingKey', findings);
    return decided(anyElement(value, oneOfUnits(ELEMENT, unitsAsValues(ids))));
  }
  if ('attribute' in condition) return translateAttributeCondition(condition, references, findings);
  if ('segment' in condition) return references.segment(condition.segment, findings);
  if ('operator' in condition) {
    return decided(findings.note('PLUGIN_OPERATOR', `flagd has no operator "${condition.operator}".`));
  }
  const parts = ('not' in condition ? [condition.not] : 'all' in condition ? condition.all : condition.any).map(
    (part) => translateCondition(part, references, findings),
  );
  const outcomes = parts.map(({ holds }) => holds);
  const holds =
    'not' in condition ? not(outcomes[0] ?? false) : 'all' in condition ? and(...outcomes) : or(...outcomes);
  return { holds, isUndecided: or(...parts.map(({ isUndecided }) => isUndecided)) };
}

function translateAttributeCondition(
  condition: AttributeCondition,
  references: ConditionReferences,
  findings: Findings,
): TranslatedCondition {
  const value = translateAttribute(condition.attribute, findings);
  if ('exists' in condition) return decided(condition.exists ? different(value, null) : same(value, null));
  if ('semver' in condition) {
    return translateVersionRange(value, condition.semver, references.isCompleteVersion(condition.attribute));
  }
  const test = elementTest(condition, findings);
  return decided(condition.elements === 'all' ? everyElement(value, test) : anyElement(value, test));
}

/** The test of one present value, as an expression over the element. */
function elementTest(condition: AttributeCondition, findings: Findings): Logic {
  if (condition.ignoreCase === true) return findings.note('IGNORE_CASE', 'flagd compares text with its case only.');
  if ('equals' in condition) return memberTest([condition.equals], findings);
  if ('in' in condition) return memberTest(condition.in, findings);
  if ('contains' in condition) return textTest(condition.contains, (piece) => contains(ELEMENT, piece));
  if ('startsWith' in condition) return textTest(condition.startsWith, (piece) => startTest(piece, findings));
  if ('endsWith' in condition) return textTest(condition.endsWith, (piece) => endTest(piece, findings));
  if ('lessThan' in condition) return and(isNumber(ELEMENT), { '<': [ELEMENT, condition.lessThan] });
  if ('atMost' in condition) return and(isNumber(ELEMENT), { '<=': [ELEMENT, condition.atMost] });
  if ('greaterThan' in condition) return and(isNumber(ELEMENT), { '>': [ELEMENT, condition.greaterThan] });
  if ('atLeast' in condition) return and(isNumber(ELEMENT), { '>=': [ELEMENT, condition.atLeast] });
  if ('matches' in condition) return findings.note('REGULAR_EXPRESSION', 'flagd has no regular expressions.');
  if ('cidr' in condition) return findings.note('NETWORK', 'flagd has no networks.');
  return findings.note('TIMESTAMP', 'flagd compares no timestamps.');
}

function memberTest(values: readonly JsonValue[], findings: Findings): Logic {
  const present = values.filter((value) => value !== null);
  if (present.some((value) => typeof value === 'object')) {
    return findings.note('STRUCTURED_VALUE', 'flagd compares no objects and arrays.');
  }
  return oneOf(ELEMENT, present);
}

function textTest(pieces: string | readonly string[], test: (piece: string) => Logic): Logic {
  return and(isText(ELEMENT), or(...(typeof pieces === 'string' ? [pieces] : pieces).map(test)));
}

function startTest(piece: string, findings: Findings): Logic {
  if (piece === '') return true;
  if (isBeyondBmp(piece)) return noteBeyondBmp(piece, findings);
  return same({ substr: [ELEMENT, 0, piece.length] }, piece);
}

function endTest(piece: string, findings: Findings): Logic {
  if (piece === '') return true;
  if (isBeyondBmp(piece)) return noteBeyondBmp(piece, findings);
  return same({ substr: [ELEMENT, -piece.length] }, piece);
}

/** Whether languages count the characters of a text differently. */
function isBeyondBmp(text: string): boolean {
  return /[\ud800-\udfff]/.test(text);
}

function noteBeyondBmp(piece: string, findings: Findings): false {
  return findings.note('TEXT_BEYOND_BMP', `Languages count the characters of ${JSON.stringify(piece)} differently.`);
}
