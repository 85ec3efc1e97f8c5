import type { Allocation, BucketingProgram, Gate, ShareRange, Split } from '@sortition/evaluation';
import type { typesFlag } from '@sortition/contracts';

/** Reads a split; what it says is validated with the whole configuration. */
export function splitOf({ salt, unit, allocations, program, gates }: typesFlag.Split): Split {
  return {
    ...programOf(program),
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
    gates: gates.map((gate) => ({ ...gate, program: programMessage(gate.program) })),
  };
}

function allocationOf({ variant, weight, ranges }: typesFlag.Allocation): Allocation {
  return { variant, weight, ...(ranges && { ranges: ranges.ranges.map(rangeOf) }) };
}

/** An empty list of ranges owns nothing, which is not the same as the absence of ranges. */
function allocationMessage({ variant, weight, ranges }: Allocation): typesFlag.Allocation {
  return { variant, weight, ranges: ranges && { ranges: [...ranges] } };
}

function gateOf({ program, salt, ranges }: typesFlag.Gate): Gate {
  return { ...programOf(program), salt, ranges: ranges.map(rangeOf) };
}

function rangeOf({ start, end }: typesFlag.ShareRange): ShareRange {
  return { start, end };
}

/** A program is open-ended on the wire; the evaluation's validation decides. */
function programOf(program: typesFlag.Split['program']): { readonly program?: BucketingProgram } {
  return program ? { program: program as unknown as BucketingProgram } : {};
}

function programMessage(program: BucketingProgram | undefined): typesFlag.Split['program'] {
  return program && { ...program };
}
