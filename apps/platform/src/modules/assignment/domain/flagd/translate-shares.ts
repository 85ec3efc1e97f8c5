import { BUCKET_COUNT, type Gate, type Split } from '@sortition/evaluation';

import type { Findings } from './untranslatable-flags.js';
import { concatenated, type Logic, same } from './json-logic.js';
import { hashInput } from './translate-unit.js';

/**
 * Whether the evaluator's `fractional` is the one that buckets as the platform does. Of this text, the versions before
 * and after it put the hash in the other half: one took percentages of a signed hash, one hashes CBOR.
 */
export const IS_NATIVE_FRACTIONAL: Logic = same(
  { fractional: [concatenated('probe-17'), ['native', 50], ['other', 50]] },
  'native',
);

/** Buckets [start, end) that one owner has. */
export interface OwnedBuckets {
  readonly start: number;
  readonly end: number;
  readonly owner: string;
}

/** Owner of the ranges that take a unit in, where nothing but being in counts. */
const IN = 'in';
/** Owner of the gaps: empty text is false for JsonLogic in every language. */
const NOBODY = '';

/**
 * The owner of a unit's bucket, or empty text: `fractional` over `salt/unit` with weights that sum to 1,000,000, which
 * is the native bucketing.
 */
export function bucketOwner(salt: string, ranges: readonly OwnedBuckets[], unit: Logic, findings: Findings): Logic {
  if (/[^\x20-\x7e]/.test(salt)) {
    return findings.note('NON_ASCII_SALT', `flagd for JavaScript hashes the salt ${JSON.stringify(salt)} differently.`);
  }
  const entries: (readonly [string, number])[] = [];
  let covered = 0;
  for (const { start, end, owner } of [...ranges].sort((one, other) => one.start - other.start)) {
    if (start >= end) continue;
    if (start > covered) entries.push([NOBODY, start - covered]);
    entries.push([owner, end - start]);
    covered = end;
  }
  if (entries.length === 0) return false;
  if (covered < BUCKET_COUNT) entries.push([NOBODY, BUCKET_COUNT - covered]);
  return { fractional: [hashInput(salt, unit), ...entries] };
}

/** Whether a unit's bucket is in one of the ranges. */
export function isInBuckets(
  salt: string,
  ranges: readonly { readonly start: number; readonly end: number }[],
  unit: Logic,
  findings: Findings,
): Logic {
  const owned = ranges.map(({ start, end }) => ({ start, end, owner: IN }));
  return bucketOwner(salt, owned, unit, findings);
}

/** The variant that a split gives a unit, and the gates before it. */
export function translateSplit(
  { program, salt, gates = [], allocations }: Split,
  unit: Logic,
  findings: Findings,
): { readonly variant: Logic; readonly gates: readonly Logic[] } {
  if (program !== undefined || gates.some((gate) => gate.program !== undefined)) {
    findings.note('BUCKETING_PROGRAM', 'flagd knows no other bucketing program than the native one.');
    return { variant: false, gates: [] };
  }
  const ranges: OwnedBuckets[] = [];
  let start = 0;
  for (const { variant: owner, weight, ranges: own } of allocations) {
    if (own) ranges.push(...own.map((range) => ({ start: range.start, end: range.end, owner })));
    else {
      ranges.push({ start, end: start + weight, owner });
      start += weight;
    }
  }
  return {
    variant: bucketOwner(salt, ranges, unit, findings),
    gates: gates.map((gate: Gate) => isInBuckets(gate.salt, gate.ranges, unit, findings)),
  };
}
