import type { Allocation, BucketingProgram, ShareRange } from '@sortition/evaluation';

import type { WeightedVariant } from '../declared-shares.js';

/** What each variant's share of the units weighs; a variant that owns ranges weighs as much as they hold together. */
export function expectedWeights(
  allocations: readonly Allocation[],
  program: BucketingProgram | undefined,
): readonly WeightedVariant[] {
  const more = countsUpperEdge(program) ? 1 : 0;
  const sizeOf = ({ start, end }: ShareRange): number => end - start + more;
  return allocations.map(({ variant, weight, ranges }) => ({
    variant,
    weight: ranges ? ranges.reduce((sum, range) => sum + sizeOf(range), 0) : weight,
  }));
}

/** Whole numbers up to an inclusive edge are one more than the distance; fractions hit an edge hardly ever. */
function countsUpperEdge(program: BucketingProgram | undefined): boolean {
  if (program?.edge !== 'inclusive') return false;
  const { reduce } = program;
  return reduce.kind === 'scale' || (reduce.kind === 'modulo' && reduce.divisor === undefined);
}
