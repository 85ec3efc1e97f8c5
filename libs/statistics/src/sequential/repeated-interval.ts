import { notEstimable } from '../result/index.js';
import type { Outcome } from '../result/index.js';

import type { GroupSequentialDesign, GroupSequentialLook } from './group-sequential-design.js';
import { checkLookEstimate } from './look-estimate.js';
import type { LookEstimate } from './look-estimate.js';

/** An interval that holds at all looks of a test together, whether or not the test stops at its bounds. */
export interface RepeatedInterval {
  readonly estimable: true;
  readonly lower: number;
  /** Null for a one-sided test, which bounds the effect from below only. */
  readonly upper: number | null;
}

/**
 * The repeated confidence interval at a look: estimate +/- bound * standard error, with simultaneous coverage of at
 * least 1 - alpha over all looks (Jennison & Turnbull, 1989; 2000, chapter 9). Not estimable at a look without an
 * efficacy bound, nor with binding futility, whose efficacy bounds are lower than coverage of every effect asks for; the
 * simulation shows 96.8 % there where 97.5 % was meant. Read the interval after stopping instead.
 *
 * @throws StatisticsError unless the standard error belongs to the look's information by precision.
 */
export function repeatedInterval(
  design: GroupSequentialDesign,
  look: GroupSequentialLook,
  estimate: LookEstimate,
): Outcome<RepeatedInterval> {
  checkLookEstimate(design, look, estimate);
  if (design.futility?.binding === 'binding') {
    const detail =
      'the efficacy bounds of a test with binding futility do not cover every effect at all looks together';
    return notEstimable('NOT_DEFINED_FOR_METHOD', detail);
  }
  if (look.efficacy === null) {
    return notEstimable('NO_INFORMATION', `No alpha is spent at information ${look.information}: there is no bound.`);
  }
  const half = look.efficacy * estimate.standardError;
  return {
    estimable: true,
    lower: estimate.effect - half,
    upper: design.sides === 'two' ? estimate.effect + half : null,
  };
}
