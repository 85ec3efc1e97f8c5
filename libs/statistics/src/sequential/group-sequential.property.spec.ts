import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { exitProbabilities } from './exit-probabilities.js';
import type { GroupSequentialDesign } from './group-sequential-design.js';
import { groupSequentialBounds } from './group-sequential.js';
import type { SpendingFunction } from './spending-function.js';

const spendings: fc.Arbitrary<SpendingFunction> = fc.oneof(
  fc.constant<SpendingFunction>({ family: 'obrien-fleming' }),
  fc.constant<SpendingFunction>({ family: 'pocock' }),
  fc.double({ min: 0.3, max: 5, noNaN: true }).map((exponent): SpendingFunction => ({ family: 'power', exponent })),
  fc
    .double({ min: -8, max: 4, noNaN: true })
    .map((gamma): SpendingFunction => ({ family: 'hwang-shih-decani', gamma })),
);
const designs: fc.Arbitrary<GroupSequentialDesign> = fc.record({
  alpha: fc.double({ min: 0.001, max: 0.4, noNaN: true }),
  sides: fc.constantFrom('one' as const, 'two' as const),
  spending: spendings,
  plannedInformation: fc.double({ min: 0.5, max: 3, noNaN: true }),
});
const informations = fc
  .array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 1, maxLength: 6 })
  .map((gains) => gains.map((_, look) => gains.slice(0, look + 1).reduce((sum, gain) => sum + gain, 0)));

describe('group sequential bounds, for any design and spacing', () => {
  it('are crossed without an effect with just the probability spent', () => {
    fc.assert(
      fc.property(designs, informations, (design, at) => {
        const looks = groupSequentialBounds(design, at).filter(({ stage }) => stage !== 'exhausted');
        const exits = exitProbabilities(
          looks.map(({ information, efficacy }) => ({
            information,
            lower: design.sides === 'two' && efficacy !== null ? -efficacy : null,
            upper: efficacy,
          })),
        )(0);
        const crossed = exits.reduce((total, { above, below }) => total + above + below, 0);

        expect(crossed).toBeCloseTo(looks.at(-1)?.alphaSpent ?? 0, 8);
      }),
      { numRuns: 150, seed: 7 },
    );
  });

  it('are finite or absent, and spend no more than alpha', () => {
    fc.assert(
      fc.property(designs, informations, (design, at) => {
        let before = 0;
        for (const { efficacy, alphaSpent } of groupSequentialBounds(design, at)) {
          expect(efficacy === null || Number.isFinite(efficacy)).toBe(true);
          expect(alphaSpent).toBeGreaterThanOrEqual(before);
          expect(alphaSpent).toBeLessThanOrEqual(design.alpha * (1 + 1e-12));
          before = alphaSpent;
        }
      }),
      { numRuns: 150, seed: 8 },
    );
  });
});
