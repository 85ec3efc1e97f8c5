import type { BucketingProgram, Gate, ShareRange, Split } from '../model/index.js';
import { unitNumber, type UnitNumber } from './unit-number.js';
import { NATIVE_PROGRAM } from './native-program.js';
import { NO_ALLOCATION, rangeTable, UNIT_MISSING, type OwnedRange, type RangeTable } from './number-ranges.js';

/** A split ready to decide. Holds no reference to a context; safe to share. */
export interface CompiledSplit {
  /**
   * Index into `split.allocations` of the variant that the unit gets, NO_ALLOCATION (-1) when it gets none, or
   * UNIT_MISSING (-2) when there is no unit and the program calls that an error. Allocates nothing under the native
   * program. `undefined` means that the context holds no usable unit, see {@link unitOf}.
   */
  pick(unit: string | undefined): number;
  /** The same decision with what led to it. */
  explain(unit: string | undefined): SplitExplanation;
}

export interface SplitExplanation {
  /** What `pick` returns. */
  readonly picked: number;
  /** The gates looked at, up to and including the first that was not passed. */
  readonly gates: readonly StageExplanation[];
  /** Absent when a gate was not passed or the unit is missing. */
  readonly split: StageExplanation | undefined;
}

export interface StageExplanation {
  /** Text that was hashed; undefined when nothing was. */
  readonly hashInput: string | undefined;
  /** The digest's leading bits that count, in hexadecimal; undefined when nothing was hashed. */
  readonly hash: string | undefined;
  /** The number compared with the ranges. */
  readonly bucket: number;
  /** The range that holds the number; undefined when none does. */
  readonly range: ShareRange | undefined;
}

/**
 * Compiles a split once; deciding many times allocates nothing under the native program. Expects a split without
 * problems, see {@link splitProblems}.
 *
 * @param flagKey for programs whose template names `{flag}`.
 */
export function compileSplit(split: Split, flagKey = ''): CompiledSplit {
  const stage = compileStage(split.program, split.salt, flagKey, ownedRanges(split));
  const last = split.program?.remainder === 'last' ? lastOf(split) : NO_ALLOCATION;
  const decide = (unit: string | undefined): number => {
    const number = stage.number.of(unit);
    if (number < 0) return number === UNIT_MISSING ? UNIT_MISSING : NO_ALLOCATION;
    const owner = stage.table.ownerOf(number);
    return owner === NO_ALLOCATION ? last : owner;
  };
  const gates = (split.gates ?? []).map((gate) => compileGate(gate, flagKey));
  const pick = gates.length === 0 ? decide : (unit: string | undefined) => pickBehindGates(gates, unit, decide);
  return { pick, explain: (unit) => explainSplit(gates, stage, pick(unit), unit) };
}

interface Stage {
  readonly number: UnitNumber;
  readonly table: RangeTable;
}

function compileStage(
  program: BucketingProgram = NATIVE_PROGRAM,
  salt: string,
  flagKey: string,
  ranges: readonly OwnedRange[],
): Stage {
  return { number: unitNumber(program, salt, flagKey), table: rangeTable(ranges, program.edge === 'inclusive') };
}

function compileGate(gate: Gate, flagKey: string): Stage {
  const ranges = gate.ranges.map((range) => ({ ...range, owner: 0 }));
  return compileStage(gate.program, gate.salt, flagKey, ranges);
}

function pickBehindGates(
  gates: readonly Stage[],
  unit: string | undefined,
  decide: (unit: string | undefined) => number,
): number {
  for (const { number, table } of gates) {
    const value = number.of(unit);
    if (value < 0) return value === UNIT_MISSING ? UNIT_MISSING : NO_ALLOCATION;
    if (table.ownerOf(value) === NO_ALLOCATION) return NO_ALLOCATION;
  }
  return decide(unit);
}

/** Ranges in walking order. Weights add up in floating point in that order, as the SDKs that use fractions do. */
function ownedRanges({ allocations, program = NATIVE_PROGRAM }: Split): readonly OwnedRange[] {
  const scale = program.reduce.kind === 'fraction' ? program.reduce.total : 1;
  let start = firstNumber(program);
  return walkingOrder(allocations, program).flatMap((owner) => {
    const { weight = 0, ranges } = allocations[owner] ?? {};
    if (ranges !== undefined) return ranges.map((range) => ({ ...range, owner }));
    const end = start + weight / scale;
    const owned = { start, end, owner };
    start = end;
    return weight > 0 ? [owned] : [];
  });
}

/** With inclusive edges the first number is one past an offset's zero, so that a weight of n owns n numbers. */
function firstNumber({ reduce, edge }: BucketingProgram): number {
  if (reduce.kind !== 'modulo' || edge === 'inclusive') return 0;
  return reduce.offset ?? 0;
}

function walkingOrder(allocations: Split['allocations'], { order = 'given' }: BucketingProgram): readonly number[] {
  const indexes = allocations.map((_, index) => index);
  if (order === 'given') return indexes;
  const direction = order === 'variant-ascending' ? 1 : -1;
  const key = (index: number): string => allocations[index]?.variant ?? '';
  return indexes.sort((a, b) => (key(a) < key(b) ? -direction : key(a) > key(b) ? direction : 0));
}

function lastOf({ allocations, program = NATIVE_PROGRAM }: Split): number {
  return walkingOrder(allocations, program).at(-1) ?? NO_ALLOCATION;
}

function explainSplit(
  gates: readonly Stage[],
  stage: Stage,
  picked: number,
  unit: string | undefined,
): SplitExplanation {
  const seen: StageExplanation[] = [];
  for (const gate of gates) {
    const step = explainStage(gate, unit);
    if (step === undefined) return { picked, gates: seen, split: undefined };
    seen.push(step);
    if (step.range === undefined) return { picked, gates: seen, split: undefined };
  }
  return { picked, gates: seen, split: explainStage(stage, unit) };
}

function explainStage({ number, table }: Stage, unit: string | undefined): StageExplanation | undefined {
  const { value, hashInput, hash } = number.explain(unit);
  if (value < 0) return undefined;
  const range = table.rangeOf(value);
  return {
    hashInput,
    hash,
    bucket: value,
    range: range === undefined ? undefined : { start: range.start, end: range.end },
  };
}
