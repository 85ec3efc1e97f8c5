import { DIGEST_BITS } from './digest.js';
import { isIntegerIn, isNumberIn, isRecord, type ProblemList } from './problem-list.js';

/** Largest total of a `modulo` reduction whose remainder is exact. */
export const MAX_MODULUS = 2 ** 26;
/** Largest total of a `scale` reduction; flagd's limit as well. */
const MAX_SCALE = 2 ** 31 - 1;

const ENCODINGS = ['utf8', 'cbor-text', 'utf16-low-byte', 'utf16-units', 'ascii-or-backslash'];
const EDGES = ['exclusive', 'inclusive'];
const ORDERS = ['given', 'variant-ascending', 'variant-descending'];
const REMAINDERS = ['none', 'last'];
const MISSING_UNITS = ['skip', 'error', 'bucket-zero', 'empty-string', 'null-text'];
const EMPTY_UNITS = ['missing', 'hash'];
const COERCIONS = ['none', 'integers', 'scalars'];
const UNIT_KERNELS = ['fnv1a_32', 'murmur3_x86_32'];

type Fields = Readonly<Record<string, unknown>>;

/** Adds everything that keeps the value from being a bucketing program. Never throws. */
export function checkProgram(program: unknown, path: string, problems: ProblemList): void {
  if (!problems.require(isRecord(program), path, program, 'is not a bucketing program') || !isRecord(program)) return;
  const width = widthOf(program['hash']);
  problems.require(width > 0, `${path}.hash`, program['hash'], `is not one of ${Object.keys(DIGEST_BITS).join(', ')}`);
  const template = program['keyTemplate'];
  const hasUnit = typeof template === 'string' && template.includes('{unit}');
  problems.require(hasUnit, `${path}.keyTemplate`, template, 'is not text with the placeholder {unit}');
  checkChoices(program, path, problems);
  checkKernelOptions(program, width, path, problems);
  checkReduction(program['reduce'], width, `${path}.reduce`, problems);
  const isRepeatable = program['repeatOnLargest'] === undefined || typeof program['repeatOnLargest'] === 'string';
  problems.require(isRepeatable, `${path}.repeatOnLargest`, program['repeatOnLargest'], 'is not text');
}

/** The value's digest width, or 0 when it names no kernel. */
function widthOf(hash: unknown): number {
  return typeof hash === 'string' && Object.hasOwn(DIGEST_BITS, hash)
    ? DIGEST_BITS[hash as keyof typeof DIGEST_BITS]
    : 0;
}

function checkChoices(program: Fields, path: string, problems: ProblemList): void {
  const choices: Readonly<Record<string, readonly string[]>> = {
    encoding: ENCODINGS,
    edge: EDGES,
    order: ORDERS,
    remainder: REMAINDERS,
    missingUnit: MISSING_UNITS,
    emptyUnit: EMPTY_UNITS,
    coerce: COERCIONS,
  };
  for (const [field, values] of Object.entries(choices)) {
    const value = program[field];
    const isKnown = value === undefined || values.includes(value as string);
    problems.require(isKnown, `${path}.${field}`, value, `is not one of ${values.join(', ')}`);
  }
}

function checkKernelOptions(program: Fields, width: number, path: string, problems: ProblemList): void {
  const { hash, seed, encoding, rounds } = program;
  const isSeed = seed === undefined || isIntegerIn(seed, -(2 ** 31), 2 ** 32 - 1);
  problems.require(isSeed, `${path}.seed`, seed, 'is not a 32-bit integer');
  if (width === 0) return;
  const takesSeed = seed === undefined || seed === 0 || String(hash).startsWith('murmur3');
  problems.require(takesSeed, `${path}.seed`, seed, `is a seed, and ${String(hash)} takes none`);
  const takesUnits = encoding !== 'utf16-units' || UNIT_KERNELS.includes(String(hash));
  problems.require(takesUnits, `${path}.encoding`, encoding, `works with ${UNIT_KERNELS.join(' and ')} only`);
  const isRounds = rounds === undefined || rounds === 1 || (rounds === 2 && width === 32);
  problems.require(isRounds, `${path}.rounds`, rounds, 'is not 1, or 2 with a 32-bit kernel');
}

function checkReduction(reduce: unknown, width: number, path: string, problems: ProblemList): void {
  if (!problems.require(isRecord(reduce), path, reduce, 'is not a reduction') || !isRecord(reduce)) return;
  const { kind, total, bits } = reduce;
  switch (kind) {
    case 'scale':
    case 'signed-fraction':
      problems.require(width === 0 || width === 32, `${path}.kind`, kind, 'works with 32-bit kernels only');
      if (kind === 'scale') requireInteger(problems, `${path}.total`, total, MAX_SCALE);
      else requirePositive(problems, `${path}.total`, total);
      break;
    case 'modulo':
      requireInteger(problems, `${path}.total`, total, MAX_MODULUS);
      checkBits(bits, width, 128, path, problems);
      if (reduce['offset'] !== undefined) {
        problems.require(
          isNumberIn(reduce['offset'], 0, MAX_MODULUS),
          `${path}.offset`,
          reduce['offset'],
          'is not a number from 0',
        );
      }
      for (const field of ['divisor', 'multiplier']) {
        if (reduce[field] !== undefined) requirePositive(problems, `${path}.${field}`, reduce[field]);
      }
      break;
    case 'fraction':
      requirePositive(problems, `${path}.total`, total);
      checkBits(bits, width, 64, path, problems);
      break;
    default:
      problems.require(false, `${path}.kind`, kind, 'is not one of scale, modulo, fraction, signed-fraction');
  }
}

function checkBits(bits: unknown, width: number, most: number, path: string, problems: ProblemList): void {
  const limit = width === 0 ? most : Math.min(width, most);
  const isInside = bits === undefined ? width <= most : isIntegerIn(bits, 1, limit);
  problems.require(isInside, `${path}.bits`, bits, `is not a whole number from 1 to ${limit}`);
}

function requireInteger(problems: ProblemList, field: string, value: unknown, most: number): void {
  problems.require(isIntegerIn(value, 1, most), field, value, `is not a whole number from 1 to ${most}`);
}

function requirePositive(problems: ProblemList, field: string, value: unknown): void {
  const isPositive = isNumberIn(value, Number.MIN_VALUE, Number.MAX_SAFE_INTEGER);
  problems.require(isPositive, field, value, 'is not a number above 0');
}
