import type { BucketingProgram } from '../model/index.js';
import { digestReader } from './digest.js';
import { keyTemplate } from './key-template.js';
import { absorb, murmur3After } from './kernels/murmur3-x86-32.js';
import { NO_ALLOCATION, UNIT_MISSING } from './number-ranges.js';
import { reduceHash32 } from './reduction.js';

/** A program bound to a salt: from a unit to the number that ranges are compared with. */
export interface UnitNumber {
  /** The number, at least 0; NO_ALLOCATION or UNIT_MISSING when there is no unit and the program says so. */
  of(unit: string | undefined): number;
  explain(unit: string | undefined): NumberExplanation;
}

export interface NumberExplanation {
  readonly value: number;
  readonly hashInput: string | undefined;
  readonly hash: string | undefined;
}

/** Binds a program. Programs of murmur3_x86_32 over UTF-8 that end with the unit allocate nothing afterwards. */
export function unitNumber(program: BucketingProgram, salt: string, flagKey: string): UnitNumber {
  const { missingUnit = 'error', emptyUnit = 'missing' } = program;
  const template = keyTemplate(program.keyTemplate, salt, flagKey);
  const reader = digestReader(program);
  const ofUnit = direct(program, template) ?? ((unit: string) => reader.numberOf(template.textOf(unit)));
  const withoutUnit = numberWithoutUnit(missingUnit, ofUnit);
  const isMissing = (unit: string | undefined): unit is undefined =>
    unit === undefined || (unit === '' && emptyUnit === 'missing');
  return {
    of: (unit) => (isMissing(unit) ? withoutUnit : ofUnit(unit)),
    explain: (unit) => {
      const hashed = isMissing(unit) ? SUBSTITUTES[missingUnit] : unit;
      if (hashed === undefined) return { value: withoutUnit, hashInput: undefined, hash: undefined };
      const text = template.textOf(hashed);
      return { value: ofUnit(hashed), ...reader.explain(text) };
    },
  };
}

/** What is hashed instead of a missing unit. */
const SUBSTITUTES = {
  skip: undefined,
  error: undefined,
  'bucket-zero': undefined,
  'empty-string': '',
  'null-text': 'null',
} as const satisfies Record<NonNullable<BucketingProgram['missingUnit']>, string | undefined>;

function numberWithoutUnit(
  policy: NonNullable<BucketingProgram['missingUnit']>,
  ofUnit: (unit: string) => number,
): number {
  if (policy === 'skip') return NO_ALLOCATION;
  if (policy === 'error') return UNIT_MISSING;
  if (policy === 'bucket-zero') return 0;
  return ofUnit(SUBSTITUTES[policy]);
}

function direct(
  { hash, encoding = 'utf8', rounds = 1, repeatOnLargest, seed = 0, reduce }: BucketingProgram,
  { endsWithUnit, prefix }: ReturnType<typeof keyTemplate>,
): ((unit: string) => number) | undefined {
  const isPlain = hash === 'murmur3_x86_32' && encoding === 'utf8' && rounds === 1 && repeatOnLargest === undefined;
  if (!isPlain || !endsWithUnit) return undefined;
  const state = absorb(prefix, seed);
  const reduceOne = reduceHash32(reduce);
  return reduceOne === undefined ? undefined : (unit) => reduceOne(murmur3After(state, unit));
}
