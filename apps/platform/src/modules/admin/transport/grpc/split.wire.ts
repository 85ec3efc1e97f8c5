import type { Allocation, BucketingProgram, Gate, ShareRange, Split } from '@sortition/evaluation';
import type { typesFlag } from '@sortition/contracts';

/** Reads a split; what it says is validated with the whole configuration. */
export function splitOf({ salt, unit, allocations, program, gates }: typesFlag.Split): Split {
  return {
    ...(program && { program: programOf(program) }),
    salt,
    ...(unit !== '' && { unit }),
    ...(gates.length > 0 && { gates: gates.map(gateOf) }),
    allocations: allocations.map(allocationOf),
  };
}

export function splitMessage({ salt, unit = '', allocations, program, gates = [] }: Split): typesFlag.Split {
  return {
    salt,
    unit,
    allocations: allocations.map(allocationMessage),
    program: programMessage(program),
    gates: gates.map(gateMessage),
  };
}

export function allocationOf({ variant, weight, ranges }: typesFlag.Allocation): Allocation {
  return { variant, weight, ...(ranges && { ranges: ranges.ranges.map(rangeOf) }) };
}

/** An empty list of ranges owns nothing, which is not the same as the absence of ranges. */
export function allocationMessage({ variant, weight, ranges }: Allocation): typesFlag.Allocation {
  return { variant, weight, ranges: ranges && { ranges: [...ranges] } };
}

export function gateOf({ program, salt, ranges }: typesFlag.Gate): Gate {
  return { ...(program && { program: programOf(program) }), salt, ranges: ranges.map(rangeOf) };
}

export function gateMessage({ program, salt, ranges }: Gate): typesFlag.Gate {
  return { program: programMessage(program), salt, ranges };
}

function rangeOf({ start, end }: typesFlag.ShareRange): ShareRange {
  return { start, end };
}

/** A program is open-ended on the wire; the evaluation's validation decides. */
export function programOf<P extends typesFlag.Split['program']>(program: P): BucketingProgram | Extract<P, undefined> {
  return program as unknown as BucketingProgram | Extract<P, undefined>;
}

export function programMessage(program: BucketingProgram | undefined): typesFlag.Split['program'] {
  return program && { ...program };
}
