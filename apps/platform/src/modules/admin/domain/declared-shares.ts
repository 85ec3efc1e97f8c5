import type { WeightedVariant } from './experiment-definition.js';
import type { DeclaredShare, DeclaredShares } from './declaration.js';

const BUCKETS_PER_PERCENT = 10_000;

/** Buckets of 1,000,000 for a percentage. */
export function bucketsOf(percent: number): number {
  return Math.round(percent * BUCKETS_PER_PERCENT);
}

export function percentOf(buckets: number): number {
  return buckets / BUCKETS_PER_PERCENT;
}

export function declaredShares(weights: readonly WeightedVariant[]): readonly DeclaredShare[] {
  return weights.map(({ variant, weight }) => ({ variant, percent: percentOf(weight) }));
}

/**
 * Weights in the order in which they are walked. A list says its order. The order of a map means nothing, so it is
 * walked as before when the variants are the same, else with `first` first and then by key.
 */
export function weightsOf(
  shares: DeclaredShares,
  before: readonly WeightedVariant[],
  first?: string,
): readonly WeightedVariant[] {
  if (isList(shares)) return shares.map(({ variant, percent }) => ({ variant, weight: bucketsOf(percent) }));
  const known = before.map(({ variant }) => variant);
  const given = Object.keys(shares);
  const isSame = known.length === given.length && given.every((variant) => known.includes(variant));
  const rank = (variant: string): number => (variant === first ? 0 : 1);
  const order = isSame ? known : given.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return order.map((variant) => ({ variant, weight: bucketsOf(shares[variant] ?? 0) }));
}

function isList(shares: DeclaredShares): shares is readonly DeclaredShare[] {
  return Array.isArray(shares);
}
