import { normalQuantile } from '../distributions/index.js';
import { requireFinite, StatisticsError } from '../result/index.js';

import { exitProbabilities, isBounded, SMALLEST_GAIN } from './exit-probabilities.js';
import type { ExitProbabilities, LookBounds } from './exit-probabilities.js';
import { findRoot } from '../numerics/find-root.js';
import type { GroupSequentialDesign, GroupSequentialLook } from './group-sequential-design.js';
import type { GroupSequentialState } from './group-sequential.js';
import { checkLookEstimate } from './look-estimate.js';
import type { LookEstimate } from './look-estimate.js';

/** What may be said about the effect when a group sequential test stops. */
export interface StageWiseReadout {
  /** Two-sided for a two-sided test; one-sided, for an effect above 0, otherwise. */
  readonly pValue: number;
  /** Above the effect with probability one half, whatever the effect. */
  readonly medianUnbiasedEstimate: number;
  /** Bounds of the interval that goes with the p-value; `upper` is null for a one-sided test. */
  readonly lower: number;
  readonly upper: number | null;
}

/**
 * The p-value, estimate and interval that account for the chance to stop earlier, under stage-wise ordering: a stop at
 * the upper bound counts as more extreme the earlier it is, then by z within the look (Tsiatis, Rosner & Mehta, 1984;
 * Jennison & Turnbull, 2000, sections 8.4 and 8.5). They belong to the look at which the test stops; at a look at which
 * it goes on they are what they would be if it stopped there for a reason unrelated to the data.
 *
 * With binding futility, earlier futility stops count as less extreme; non-binding futility is left out, so that the
 * p-value is valid whether or not it was obeyed.
 *
 * @param estimate at the last look of the state.
 * @throws StatisticsError when there is no look yet, unless effect and standard error are numbers with a finite
 *   quotient, and unless the standard error belongs to the look's information by precision.
 */
export function stageWiseReadout(state: GroupSequentialState, estimate: LookEstimate): StageWiseReadout {
  const { design } = state;
  const last = state.looks.at(-1);
  if (last === undefined) throw new StatisticsError('state.looks.length', 0, 'be at least 1');
  checkLookEstimate(design, last, estimate);
  const { effect, standardError } = estimate;
  const z = requireFinite('effect / standardError', effect / standardError);
  const earlier = state.looks
    .slice(0, -1)
    .map((look) => boundsOf(design, look))
    .filter(isBounded);
  const least = (earlier.at(-1)?.information ?? 0) * (1 + 2 * SMALLEST_GAIN);
  const information = Math.max(last.information, least);
  const exits = exitProbabilities([...earlier, { information, lower: null, upper: z }]);
  // Exit probabilities see effects as z per root of information; `unit` is one of those on the scale of the estimate.
  const root = Math.sqrt(information);
  const unit = standardError * Math.sqrt(last.information);
  const effectAt = (probability: number) => {
    const evaluate = (drift: number) => atLeastAsExtreme(exits, drift) - probability;
    const start = z + normalQuantile(probability);
    for (let reach = 0.5; ; reach *= 2) {
      const [low, high] = [(start - reach) / root, (start + reach) / root];
      const isInside = evaluate(low) <= 0 && evaluate(high) >= 0;
      if (isInside || reach > 32) return unit * findRoot(evaluate, low, high, 1e-9 / root);
    }
  };
  const above = atLeastAsExtreme(exits, 0);
  const isTwoSided = design.sides === 'two';
  return {
    pValue: isTwoSided ? Math.min(1, 2 * Math.min(above, 1 - above)) : Math.min(1, above),
    medianUnbiasedEstimate: effectAt(0.5),
    lower: effectAt(isTwoSided ? design.alpha / 2 : design.alpha),
    upper: isTwoSided ? effectAt(1 - design.alpha / 2) : null,
  };
}

function atLeastAsExtreme(exits: ExitProbabilities, drift: number): number {
  return exits(drift).reduce((total, { above }) => total + above, 0);
}

function boundsOf(design: GroupSequentialDesign, look: GroupSequentialLook): LookBounds {
  const { information, efficacy, futility } = look;
  if (design.sides === 'two') return { information, lower: efficacy === null ? null : -efficacy, upper: efficacy };
  return { information, lower: design.futility?.binding === 'binding' ? futility : null, upper: efficacy };
}
