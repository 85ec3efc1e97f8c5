import { absoluteDifference, pairArms } from '../estimators/index.js';
import type { ArmEstimate } from '../estimators/index.js';
import { testEffect } from '../fixed-horizon/index.js';
import type { TestOptions, TestResult } from '../fixed-horizon/index.js';
import type { Outcome } from '../result/index.js';
import { effectDifference } from './effect-difference.js';

/** One metric over the units that are in two experiments, by their arms in the first and the second. */
export interface InteractionCells {
  readonly controlControl: Outcome<ArmEstimate>;
  readonly controlTreatment: Outcome<ArmEstimate>;
  readonly treatmentControl: Outcome<ArmEstimate>;
  readonly treatmentTreatment: Outcome<ArmEstimate>;
}

/**
 * Whether the effect of the second experiment depends on the arm in the first:
 * (treatmentTreatment - treatmentControl) - (controlTreatment - controlControl), variance the sum of the four, degrees
 * of freedom by Satterthwaite. In the result `controlValue` and `treatmentValue` are the effects of the second
 * experiment under control and treatment of the first. Works for every estimator.
 *
 * Not estimable when a cell is not, or nothing varies.
 *
 * @throws StatisticsError on options outside their ranges, see {@link testEffect}.
 */
export function interaction(cells: InteractionCells, options: TestOptions = {}): Outcome<TestResult> {
  const underControl = absoluteDifference(pairArms(cells.controlControl, cells.controlTreatment));
  const underTreatment = absoluteDifference(pairArms(cells.treatmentControl, cells.treatmentTreatment));
  return testEffect(effectDifference(underControl, underTreatment), options);
}
