import { normalUpperQuantile } from '../distributions/index.js';
import { requireOpenUnit, StatisticsError } from '../result/index.js';
import { exitProbabilities, groupSequentialBounds } from '../sequential/index.js';
import type { ExitProbabilities } from '../sequential/index.js';
import { findRoot } from '../numerics/find-root.js';

import type { GroupSequentialPlan } from './test-design.js';

/**
 * The sample size of a group sequential design over that of the fixed test with the same level and power; at least 1
 * up to rounding. Jennison & Turnbull (2000), chapter 2; the inflation factor of rpact and gsDesign.
 *
 * @throws StatisticsError for a design or power out of range.
 */
export function groupSequentialInflation(design: GroupSequentialPlan, power: number): number {
  const drift = requiredDrift(design, power);
  return (drift / (normalUpperQuantile(levelOf(design)) + normalUpperQuantile(1 - power))) ** 2;
}

/** Effect times the square root of the final information that gives the power. */
export function requiredDrift(design: GroupSequentialPlan, power: number): number {
  requireOpenUnit('power', power);
  const level = levelOf(design);
  if (power <= level) throw new StatisticsError('power', power, `be above the level ${level}`);
  const { rejection } = plannedExits(design);
  return findRoot((drift) => rejection(drift) - power, 0, 40, 1e-9);
}

/** Rejection in the direction of the effect, and the exits it is made of, for the drift at full information. */
export function plannedExits(design: GroupSequentialPlan): {
  readonly exits: ExitProbabilities;
  readonly rejection: (drift: number) => number;
} {
  checkFractions(design.fractions);
  const { futility } = design;
  const drift = futility === undefined ? undefined : futilityDrift(design, futility.beta);
  const exits = exitProbabilities(boundsAt(design, drift));
  return { exits, rejection: (atDrift) => exits(atDrift).reduce((total, { above }) => total + above, 0) };
}

/** The drift under which the beta spent by the last look is just the beta planned. */
function futilityDrift(design: GroupSequentialPlan, beta: number): number {
  const missed = (drift: number) => (looksAt(design, drift).at(-1)?.betaSpent ?? 0) - beta;
  const fixed = normalUpperQuantile(levelOf(design)) + normalUpperQuantile(requireOpenUnit('futility.beta', beta));
  return findRoot(missed, Math.max(0.1, fixed * 0.8), Math.max(fixed, 1) * 3, 1e-9);
}

function boundsAt(design: GroupSequentialPlan, futilityAt: number | undefined) {
  return looksAt(design, futilityAt).map(({ information, efficacy, futility }) => ({
    information,
    lower: design.sides === 'two' && efficacy !== null ? -efficacy : futility,
    upper: efficacy,
  }));
}

function looksAt({ alpha, sides, spending, futility, fractions }: GroupSequentialPlan, drift: number | undefined) {
  const rule = futility === undefined || drift === undefined ? {} : { futility: { ...futility, effect: drift } };
  return groupSequentialBounds({ alpha, sides, spending, plannedInformation: 1, ...rule }, fractions);
}

function levelOf({ alpha, sides }: GroupSequentialPlan): number {
  return requireOpenUnit('alpha', alpha) / (sides === 'two' ? 2 : 1);
}

function checkFractions(fractions: readonly number[]): void {
  if (fractions.at(-1) !== 1) throw new StatisticsError('fractions', fractions, 'end with 1');
  fractions.forEach((fraction, look) => {
    if (!(fraction > (fractions[look - 1] ?? 0))) {
      throw new StatisticsError(`fractions[${look}]`, fraction, `be above ${fractions[look - 1] ?? 0}`);
    }
  });
}
