import { requireFinite, requireOpenUnit, requirePositive, StatisticsError } from '../result/index.js';

import type { FutilityRule, GroupSequentialDesign } from './group-sequential-design.js';
import { informationScaleOf } from './look-estimate.js';
import type { SpendingFunction } from './spending-function.js';

/** @throws StatisticsError naming the first field of the design that is out of range. */
export function checkDesign(design: GroupSequentialDesign): void {
  requireOpenUnit('alpha', design.alpha);
  requireOneOf('sides', design.sides, ['one', 'two']);
  requirePositive('plannedInformation', design.plannedInformation);
  checkSpending('spending', design.spending);
  requireOneOf('informationScale', informationScaleOf(design), ['precision', 'sample-size']);
  if (design.futility !== undefined) checkFutility(design, design.futility);
}

/** @throws StatisticsError for an unknown family or a parameter out of range. */
function checkSpending(field: string, spending: SpendingFunction): void {
  requireOneOf(`${field}.family`, spending.family, ['obrien-fleming', 'pocock', 'power', 'hwang-shih-decani']);
  if (spending.family === 'power') requirePositive(`${field}.exponent`, spending.exponent);
  if (spending.family === 'hwang-shih-decani') {
    requireFinite(`${field}.gamma`, spending.gamma);
    if (Math.abs(spending.gamma) > 100)
      throw new StatisticsError(`${field}.gamma`, spending.gamma, 'lie in [-100, 100]');
  }
}

/** @throws StatisticsError unless the information of the look is a number above 0 and its stage is known. */
export function checkNextLook(next: { readonly information: number; readonly stage?: 'interim' | 'final' }): void {
  requirePositive('information', next.information);
  if (next.stage !== undefined) requireOneOf('stage', next.stage, ['interim', 'final']);
}

/** @throws StatisticsError unless the value is one of those named. */
export function requireOneOf(field: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value)) throw new StatisticsError(field, value, `be one of ${choices.join(', ')}`);
}

function checkFutility(design: GroupSequentialDesign, rule: FutilityRule): void {
  if (design.sides === 'two') {
    throw new StatisticsError('sides', design.sides, 'be "one" for a test with a futility rule');
  }
  const scale = informationScaleOf(design);
  if (scale !== 'precision') {
    throw new StatisticsError('informationScale', scale, 'be "precision" for a test with a futility rule');
  }
  requireOpenUnit('futility.beta', rule.beta);
  checkSpending('futility.spending', rule.spending);
  requirePositive('futility.effect', rule.effect);
  requireOneOf('futility.binding', rule.binding, ['binding', 'non-binding']);
}
