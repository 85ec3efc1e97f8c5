import type { FieldViolation } from '@sortition/kernel';

import { BUCKET_COUNT, SALT_SEPARATOR } from './native-bucket.js';
import { isCborProgram } from './native-program.js';
import { isIntegerIn, isNumberIn, isRecord, ProblemList } from './problem-list.js';
import { checkProgram } from './program-problems.js';

/**
 * Everything that keeps a value from being a split that can be compiled; empty when nothing does. Never throws,
 * whatever the value. Whether the variants exist is the flag's to check.
 *
 * @param path of the split in the snapshot, for example `flags[3].rules[0].serve.split`.
 */
export function splitProblems(split: unknown, path: string): readonly FieldViolation[] {
  const problems = new ProblemList();
  if (!problems.require(isRecord(split), path, split, 'is not a split') || !isRecord(split)) return problems.violations;
  const { program, salt, unit, gates, allocations } = split;
  const limit = checkProgramAndSalt(program, salt, path, problems);
  const isUnit = unit === undefined || (typeof unit === 'string' && unit !== '');
  problems.require(isUnit, `${path}.unit`, unit, 'is not an attribute path');
  if (gates !== undefined) checkGates(gates, `${path}.gates`, problems);
  checkAllocations(allocations, limit, `${path}.allocations`, problems);
  return problems.violations;
}

/** How numbers of a program are bounded: native buckets are whole and at most 1,000,000. */
interface NumberLimit {
  readonly isWhole: boolean;
  readonly most: number;
}

function checkProgramAndSalt(program: unknown, salt: unknown, path: string, problems: ProblemList): NumberLimit {
  const isText = problems.require(typeof salt === 'string', `${path}.salt`, salt, 'is not text');
  if (program === undefined) {
    const isNative = !isText || (salt !== '' && !String(salt).includes(SALT_SEPARATOR));
    problems.require(isNative, `${path}.salt`, salt, `is empty or contains "${SALT_SEPARATOR}"`);
    return { isWhole: true, most: BUCKET_COUNT };
  }
  checkProgram(program, `${path}.program`, problems);
  if (isRecord(program) && isCborProgram(program)) {
    const isPlain = !isText || (salt !== '' && !String(salt).includes(SALT_SEPARATOR));
    problems.require(isPlain, `${path}.salt`, salt, `is empty or contains "${SALT_SEPARATOR}"`);
  }
  return { isWhole: false, most: largestWeight(program) };
}

/** The sum that weights may reach. Sums of fractions may round up by a little. */
function largestWeight(program: unknown): number {
  const reduce = isRecord(program) ? program['reduce'] : undefined;
  if (!isRecord(reduce) || !isNumberIn(reduce['total'], 0, Number.MAX_VALUE)) return Number.MAX_VALUE;
  const isRescaled = reduce['divisor'] !== undefined || reduce['multiplier'] !== undefined;
  return isRescaled ? Number.MAX_VALUE : reduce['total'] * (1 + 1e-9);
}

function checkGates(gates: unknown, path: string, problems: ProblemList): void {
  if (!problems.require(Array.isArray(gates), path, gates, 'is not a list') || !Array.isArray(gates)) return;
  gates.forEach((gate: unknown, index) => {
    const at = `${path}[${index}]`;
    if (!problems.require(isRecord(gate), at, gate, 'is not a gate') || !isRecord(gate)) return;
    const limit = checkProgramAndSalt(gate['program'], gate['salt'], at, problems);
    rejectOverlaps(checkRanges(gate['ranges'], limit, `${at}.ranges`, problems), `${at}.ranges`, problems);
  });
}

function checkAllocations(allocations: unknown, limit: NumberLimit, path: string, problems: ProblemList): void {
  const isList = Array.isArray(allocations) && allocations.length > 0;
  if (!problems.require(isList, path, allocations, 'is not a list with at least one allocation') || !isList) return;
  let sum = 0;
  const ranges: CheckedRange[] = [];
  allocations.forEach((allocation: unknown, index) => {
    const at = `${path}[${index}]`;
    if (!problems.require(isRecord(allocation), at, allocation, 'is not an allocation') || !isRecord(allocation))
      return;
    const { variant, weight } = allocation;
    problems.require(typeof variant === 'string', `${at}.variant`, variant, 'is not the key of a variant');
    const isWeight = limit.isWhole
      ? isIntegerIn(weight, 0, limit.most)
      : isNumberIn(weight, 0, Number.MAX_SAFE_INTEGER);
    const kind = limit.isWhole ? `a whole number from 0 to ${limit.most}` : 'a number from 0';
    problems.require(isWeight, `${at}.weight`, weight, `is not ${kind}`);
    if (allocation['ranges'] !== undefined) {
      ranges.push(...checkRanges(allocation['ranges'], limit, `${at}.ranges`, problems));
    } else if (isWeight) sum += Number(weight);
  });
  problems.require(sum <= limit.most, path, sum, `is the sum of the weights, and the program's total is ${limit.most}`);
  const isMixed = sum > 0 && ranges.length > 0;
  problems.require(!isMixed, path, allocations, 'allocations mix weights with ranges');
  rejectOverlaps(ranges, path, problems);
}

interface CheckedRange {
  readonly start: number;
  readonly end: number;
}

function checkRanges(
  ranges: unknown,
  limit: NumberLimit,
  path: string,
  problems: ProblemList,
): readonly CheckedRange[] {
  if (!problems.require(Array.isArray(ranges), path, ranges, 'is not a list of ranges') || !Array.isArray(ranges))
    return [];
  return ranges.flatMap((range: unknown, index) => {
    const at = `${path}[${index}]`;
    if (!problems.require(isRecord(range), at, range, 'is not a range') || !isRecord(range)) return [];
    const { start, end } = range;
    const most = limit.isWhole ? limit.most : Number.MAX_SAFE_INTEGER;
    const isNumber = limit.isWhole ? isIntegerIn : isNumberIn;
    const kind = limit.isWhole ? `a whole number from 0 to ${most}` : 'a number from 0';
    const areNumbers = [
      problems.require(isNumber(start, 0, most), `${at}.start`, start, `is not ${kind}`),
      problems.require(isNumber(end, 0, most), `${at}.end`, end, `is not ${kind}`),
    ].every(Boolean);
    if (!areNumbers || !isNumber(start, 0, most) || !isNumber(end, 0, most)) return [];
    return problems.require(start <= end, `${at}.end`, end, `is before the start, ${start}`) ? [{ start, end }] : [];
  });
}

function rejectOverlaps(ranges: readonly CheckedRange[], path: string, problems: ProblemList): void {
  const sorted = ranges.filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start);
  sorted.forEach((range, index) => {
    const before = sorted[index - 1];
    const isApart = before === undefined || before.end <= range.start;
    problems.require(isApart, path, range.start, `starts a range inside [${before?.start}, ${before?.end})`);
  });
}
