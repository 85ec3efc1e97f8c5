import { type Allocation, type BucketingProgram, CBOR_PROGRAM, type Gate, isCborProgram } from '@sortition/evaluation';

import { declaredShares, weightsOf, type DeclaredShares, type SharesContext } from './declared-shares.js';

/** How units are divided: shares of the native program, or allocations in the units of an imported one. */
export interface DeclaredDivision {
  readonly variants?: DeclaredShares;
  readonly allocations?: readonly DeclaredAllocation[];
  readonly program?: DeclaredProgram;
  readonly gates?: readonly Gate[];
}

/** A program of the platform by its name, or one that an import brought. */
export type DeclaredProgram = 'native' | 'cbor' | BucketingProgram;

/** The program that is meant; undefined for the native one. */
export function programOf(declared: DeclaredProgram): BucketingProgram | undefined {
  if (declared === 'native') return undefined;
  return declared === 'cbor' ? CBOR_PROGRAM : declared;
}

export function declaredProgram(program: BucketingProgram): DeclaredProgram {
  return isCborProgram(program) ? 'cbor' : program;
}

/** The weight is 0 when it is left out beside ranges. */
export type DeclaredAllocation = Omit<Allocation, 'weight'> & { readonly weight?: number };

/** What a division is as the engine takes it. */
export interface Division {
  readonly allocations: readonly Allocation[];
  readonly program?: BucketingProgram;
  readonly gates?: readonly Gate[];
}

/** @throws DomainError INVALID_CONFIGURATION for shares that do not fit together. */
export function allocationsOf(
  { variants, allocations = [] }: DeclaredDivision,
  context: SharesContext,
): readonly Allocation[] {
  if (variants !== undefined) return weightsOf(variants, context);
  return allocations.map(({ weight = 0, ...allocation }) => ({ ...allocation, weight }));
}

/** The percentages of a native division; the allocations of an imported one as they are. */
export function declaredAllocations({
  allocations,
  program,
  gates,
}: Division): Pick<DeclaredDivision, 'variants' | 'allocations'> {
  return isNative({ allocations, ...(program && { program }), ...(gates && { gates }) })
    ? { variants: declaredShares(allocations) }
    : { allocations };
}

/** Whether percentages say it all: a program of the platform, no stages before it, no ranges, whole buckets. */
export function isNative({ allocations, program, gates = [] }: Division): boolean {
  return hasOwnSalt(program) && gates.length === 0 && allocations.every(({ ranges }) => !ranges);
}

/** Whether the platform makes the salts of a program: it is one of its own. */
export function hasOwnSalt(program: BucketingProgram | undefined): boolean {
  return !program || isCborProgram(program);
}
