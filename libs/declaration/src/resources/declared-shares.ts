import type { Allocation } from '@sortition/evaluation';
import { BUCKET_COUNT } from '@sortition/evaluation';

import { refuseViolations, violationOf } from '../configuration-errors.js';

export type WeightedVariant = Pick<Allocation, 'variant' | 'weight'>;

/** Percent of the units, or an equal part of what the others leave. */
export type DeclaredPercent = number | 'equal';

/** `equal`: all variants of the flag alike. */
export type DeclaredShares = readonly DeclaredShare[] | Readonly<Record<string, DeclaredPercent>> | 'equal';

export interface DeclaredShare {
  readonly variant: string;
  readonly percent: DeclaredPercent;
}

/** What shares depend on beside themselves. */
export interface SharesContext {
  /** What was divided until now. */
  readonly before: readonly WeightedVariant[];
  /** Keys of the flag's variants, for `equal`. */
  readonly variants: readonly string[];
  /** The variant that a map is walked with first, if any. */
  readonly first?: string | undefined;
  /** Experiments divide all units, rules may leave some to the rules after them. */
  readonly mustFill: boolean;
  /** Path of the shares in the declaration, for errors. */
  readonly at: string;
}

const BUCKETS_PER_PERCENT = BUCKET_COUNT / 100;
/** How far a percentage of decimal digits may be from whole buckets, in buckets. */
const ROUNDING = 1e-6;

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
 *
 * @throws DomainError INVALID_CONFIGURATION, in percent.
 */
export function weightsOf(declared: DeclaredShares, context: SharesContext): readonly WeightedVariant[] {
  const shares = inOrder(declared, context);
  requireSteps(shares, context.at);
  const numbers = shares.filter((share): share is NumberedShare => share.percent !== 'equal');
  const taken = numbers.reduce((sum, { percent }) => sum + bucketsOf(percent), 0);
  const equals = shares.length - numbers.length;
  requireSum(taken, equals, shares, context);
  const left = BUCKET_COUNT - taken;
  let rest = equals === 0 ? 0 : left % equals;
  return shares.map(({ variant, percent }) => {
    if (percent !== 'equal') return { variant, weight: bucketsOf(percent) };
    // The first ones take what does not divide.
    const extra = rest > 0 ? 1 : 0;
    rest -= extra;
    return { variant, weight: Math.floor(left / equals) + extra };
  });
}

interface NumberedShare {
  readonly variant: string;
  readonly percent: number;
}

function inOrder(declared: DeclaredShares, { before, variants, first }: SharesContext): readonly DeclaredShare[] {
  if (isList(declared)) return declared;
  const shares: Readonly<Record<string, DeclaredPercent>> =
    declared === 'equal' ? Object.fromEntries(variants.map((variant) => [variant, 'equal'])) : declared;
  const known = before.map(({ variant }) => variant);
  const given = Object.keys(shares);
  const isSame = known.length === given.length && given.every((variant) => known.includes(variant));
  const rank = (variant: string): number => (variant === first ? 0 : 1);
  const order = isSame ? known : given.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return order.map((variant) => ({ variant, percent: shares[variant] ?? 0 }));
}

function requireSteps(shares: readonly DeclaredShare[], at: string): void {
  const uneven = shares.filter(({ percent }) => {
    if (percent === 'equal') return false;
    const buckets = percent * BUCKETS_PER_PERCENT;
    return Math.abs(buckets - Math.round(buckets)) > ROUNDING;
  });
  refuseViolations(
    uneven.map(({ variant, percent }) =>
      violationOf(
        `${at}.${variant}`,
        percent,
        'must be a percentage in steps of 0.0001; write "equal" for equal parts',
      ),
    ),
  );
}

function requireSum(
  taken: number,
  equals: number,
  shares: readonly DeclaredShare[],
  { mustFill, at }: SharesContext,
): void {
  const fits = mustFill && equals === 0 ? taken === BUCKET_COUNT : taken <= BUCKET_COUNT;
  if (fits) return;
  const wanted = mustFill ? 'must have percentages that sum to 100' : 'must have percentages that sum to 100 at most';
  const isNear = Math.abs(taken - BUCKET_COUNT) <= BUCKET_COUNT / 100 && shares.length > 2;
  const hint = isNear ? '; write "equal" in place of a number for equal parts' : '';
  const sum = shares.map(({ percent }) => String(percent)).join(' + ');
  refuseViolations([{ field: at, description: `${wanted}, got ${sum} = ${percentOf(taken)}${hint}` }]);
}

function isList(shares: DeclaredShares): shares is readonly DeclaredShare[] {
  return Array.isArray(shares);
}
