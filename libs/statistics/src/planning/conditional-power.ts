import { gaussLegendre, normalCdf, normalPdf } from '../distributions/index.js';
import { requireFinite, requirePositive, StatisticsError } from '../result/index.js';
import { addLook, exitProbabilities } from '../sequential/index.js';
import type { ExitProbabilities, GroupSequentialState } from '../sequential/index.js';

import { criticalValue } from './power.js';
import type { FixedDesign } from './test-design.js';

/** Where a fixed test stands midway. */
export interface FixedProgress {
  /** The estimate over its standard error so far. */
  readonly z: number;
  /** Reciprocal of the squared standard error so far, above 0. */
  readonly information: number;
  /** Information at the end, above that so far. */
  readonly finalInformation: number;
}

/**
 * The probability that a fixed test ends significant for an effect above 0, given the data so far, if the true effect
 * is `effect`: Phi((z sqrt(I) + effect (J - I) - z_alpha sqrt(J)) / sqrt(J - I)) with J the final information
 * (Lan, Simon & Halperin, 1982). Computing it does not spend alpha as long as nothing is stopped for success on it.
 *
 * @param effect the planned effect, or the estimate so far for the current trend.
 * @throws StatisticsError for numbers out of range.
 */
export function conditionalPower(design: FixedDesign, progress: FixedProgress, effect: number): number {
  const { score, remaining, hurdle } = remainder(design, progress);
  requireFinite('effect', effect);
  return normalCdf((score + effect * remaining - hurdle) / Math.sqrt(remaining));
}

/**
 * Conditional power averaged over the effects that the data leave possible (flat prior): predictive power,
 * Phi((z_hat sqrt(J) - z_alpha sqrt(I)) / sqrt(J - I)) with z_hat the z so far (Spiegelhalter, Freedman & Blackburn,
 * 1986).
 */
export function predictivePower(design: FixedDesign, progress: FixedProgress): number {
  const { remaining } = remainder(design, progress);
  const { z, information, finalInformation } = progress;
  const margin = z * Math.sqrt(finalInformation) - criticalValue(design) * Math.sqrt(information);
  return normalCdf(margin / Math.sqrt(remaining));
}

/** Where a group sequential test stands: its looks, the z at the last of them, and the looks still planned. */
export interface GroupSequentialProgress {
  readonly state: GroupSequentialState;
  /** The estimate over its standard error at the last look. */
  readonly z: number;
  /** Information at the looks to come, ascending, above that of the last look. */
  readonly plannedInformations: readonly number[];
}

/**
 * The probability that a group sequential test that goes on now will show an effect above 0 at a later look, if the true
 * effect is `effect`. Futility bounds are taken to be obeyed. Jennison & Turnbull (2000), section 10.2.
 *
 * @throws StatisticsError for numbers out of range, no look so far, or no look to come.
 */
export function groupSequentialConditionalPower(progress: GroupSequentialProgress, effect: number): number {
  requireFinite('effect', effect);
  return rejection(futureExits(progress), effect);
}

/** {@link groupSequentialConditionalPower} averaged over N(z / sqrt(I), 1 / I), the effects that the data leave possible. */
export function groupSequentialPredictivePower(progress: GroupSequentialProgress): number {
  const exits = futureExits(progress);
  const root = Math.sqrt(progress.state.looks.at(-1)?.information ?? Number.NaN);
  const { nodes, weights } = gaussLegendre(40);
  let total = 0;
  for (const [index, node] of nodes.entries()) {
    const deviation = 7 * node;
    total += 7 * (weights[index] ?? 0) * normalPdf(deviation) * rejection(exits, (progress.z + deviation) / root);
  }
  return Math.min(1, total);
}

function remainder(design: FixedDesign, { z, information, finalInformation }: FixedProgress) {
  requireFinite('z', z);
  requirePositive('information', information);
  requirePositive('finalInformation', finalInformation);
  if (finalInformation <= information) {
    throw new StatisticsError('finalInformation', finalInformation, `be above ${information}, the information so far`);
  }
  return {
    score: z * Math.sqrt(information),
    remaining: finalInformation - information,
    hurdle: criticalValue(design) * Math.sqrt(finalInformation),
  };
}

/** The looks to come as bounds on the score gained from now on, which does not depend on the past. */
function futureExits({ state, z, plannedInformations }: GroupSequentialProgress): ExitProbabilities {
  requireFinite('z', z);
  const now = state.looks.at(-1);
  if (now === undefined) throw new StatisticsError('state.looks.length', 0, 'be at least 1');
  if (plannedInformations.length === 0) throw new StatisticsError('plannedInformations.length', 0, 'be at least 1');
  const planned = plannedInformations.reduce((next, information) => addLook(next, { information }), state);
  const score = z * Math.sqrt(now.information);
  const looks = planned.looks.slice(state.looks.length).map(({ information, efficacy, futility }) => {
    const gained = information - now.information;
    const shift = (bound: number | null) =>
      bound === null ? null : (bound * Math.sqrt(information) - score) / Math.sqrt(gained);
    const lower = state.design.sides === 'two' && efficacy !== null ? -efficacy : futility;
    return { information: gained, lower: shift(lower), upper: shift(efficacy) };
  });
  return exitProbabilities(looks);
}

function rejection(exits: ExitProbabilities, effect: number): number {
  return Math.min(
    1,
    exits(effect).reduce((total, { above }) => total + above, 0),
  );
}
