import { requireFinite, requirePositive, StatisticsError } from '../result/index.js';

import type { GroupSequentialDesign, GroupSequentialLook, InformationScale } from './group-sequential-design.js';

/** An effect, positive in the direction looked for, with its standard error. */
export interface LookEstimate {
  readonly effect: number;
  /** Above 0. */
  readonly standardError: number;
}

/**
 * The information of an estimate: 1 / standardError^2. Precision and not sample size, so that variance reduction,
 * uneven arms and changing variance are taken into account.
 *
 * @throws StatisticsError when the standard error is not above 0 or so small or large that this is no finite number.
 */
export function informationOf(standardError: number): number {
  requirePositive('standardError', standardError);
  return requirePositive('1 / standardError^2', 1 / standardError ** 2);
}

/** What the design's information counts. */
export function informationScaleOf({ informationScale = 'precision' }: GroupSequentialDesign): InformationScale {
  return informationScale;
}

/**
 * @throws StatisticsError unless effect and standard error are numbers and, with information by precision, belong to
 *   the look's information.
 */
export function checkLookEstimate(
  design: GroupSequentialDesign,
  look: GroupSequentialLook,
  { effect, standardError }: LookEstimate,
): void {
  requireFinite('effect', effect);
  const information = informationOf(standardError);
  if (informationScaleOf(design) === 'sample-size') return;
  if (Math.abs(information / look.information - 1) > 1e-6) {
    const belongs = `belong to the information ${look.information} of the look`;
    throw new StatisticsError('standardError', standardError, belongs);
  }
}
