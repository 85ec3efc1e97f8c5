import { BUCKET_COUNT, type Gate, isCborProgram, type Split } from '@sortition/evaluation';

import type { Findings, FractionalVersion } from './untranslatable-flags.js';
import { concatenated, type Logic, same } from './json-logic.js';
import { hashInput } from './translate-unit.js';

/**
 * Whether the evaluator's `fractional` is of a version. Of each text, the other versions put the hash in the other half:
 * the first took percentages of a signed hash, the second hashes text, the third hashes its CBOR.
 */
export function isFractional(version: FractionalVersion): Logic {
  return same({ fractional: [concatenated(PROBES[version]), ['alike', 50], ['other', 50]] }, 'alike');
}

const PROBES = { 2: 'probe-17', 3: 'probe-38' } as const satisfies Record<FractionalVersion, string>;

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
export function bucketOwner(
  salt: string,
  ranges: readonly OwnedBuckets[],
  unit: Logic,
  findings: Findings,
  version: FractionalVersion = 2,
): Logic {
  findings.useFractional(version);
  if (version === 2 && /[^\x20-\x7e]/.test(salt)) {
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
  const version = fractionalOf(program);
  if (version === undefined || gates.some((gate) => gate.program !== undefined)) {
    findings.note('BUCKETING_PROGRAM', 'flagd knows no other bucketing programs than "native" and "cbor".');
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
    variant: bucketOwner(salt, ranges, unit, findings, version),
    gates: gates.map((gate: Gate) => isInBuckets(gate.salt, gate.ranges, unit, findings)),
  };
}

/** The version of `fractional` that divides as a program does; undefined when there is none. */
export function fractionalOf(program: Split['program']): FractionalVersion | undefined {
  if (program === undefined) return 2;
  return isCborProgram(program) ? 3 : undefined;
}
