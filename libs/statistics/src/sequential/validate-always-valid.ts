import {
  requireCount,
  requireFinite,
  requireLength,
  requireOpenUnit,
  requirePositive,
  StatisticsError,
} from '../result/index.js';

import type { SequentialEstimate } from './always-valid-readout.js';

/** @throws StatisticsError unless alpha is in (0, 1), and below 0.5 for a one-sided sequence. */
export function checkAlpha(alpha: number, sides: 'one' | 'two'): void {
  requireOpenUnit('alpha', alpha);
  if (sides === 'one' && alpha >= 0.5) throw new StatisticsError('alpha', alpha, 'be below 0.5 when one-sided');
}

/** @throws StatisticsError unless the effect is finite, the standard error above 0 and the size at least 1. */
export function checkEstimate({ effect, standardError, sampleSize }: SequentialEstimate): void {
  requireFinite('effect', effect);
  requirePositive('standardError', standardError);
  checkSampleSize('sampleSize', sampleSize);
}

/** @throws StatisticsError unless the number is finite and at least 1. */
export function checkSampleSize(field: string, value: number): void {
  requireFinite(field, value);
  if (value < 1) throw new StatisticsError(field, value, 'be at least 1');
}

/** @throws StatisticsError unless the value is in (0, 1], or 0: a p-value that fell below the smallest double. */
export function checkPreviousPValue(value: number): void {
  if (!(value >= 0 && value <= 1)) throw new StatisticsError('previousPValue', value, 'lie between 0 and 1');
}

/** @throws StatisticsError for fewer than two arms, or counts that are negative or not whole. */
export function checkCounts(counts: readonly number[]): void {
  requireLength('counts', counts, 2);
  counts.forEach((count, arm) => requireCount(`counts[${arm}]`, count));
}

/** @throws StatisticsError for shares that are not above 0 or not one for each arm. */
export function checkShares(shares: readonly number[], arms: number): void {
  if (shares.length !== arms)
    throw new StatisticsError('shares.length', shares.length, `be ${arms}, one for each count`);
  shares.forEach((share, arm) => requirePositive(`shares[${arm}]`, share));
}
