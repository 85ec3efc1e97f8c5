import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { powerOf, requiredSampleSize } from '../planning/index.js';
import type { TestDesign } from '../planning/index.js';
import { StatisticsError } from '../result/index.js';

import {
  addLook,
  confidenceSequence,
  informationOf,
  mixtureSprt,
  repeatedInterval,
  sequentialSampleRatio,
  stageWiseReadout,
  startGroupSequential,
} from './index.js';

const nasty = fc.oneof(
  fc.double({ min: -50, max: 50, noNaN: true }),
  fc.double(),
  fc.constantFrom(0, 1, -1, 1e-160, 1e-300, 1e150, 1e300, Number.NaN, Number.POSITIVE_INFINITY),
);
const valid = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const mostly = (usual: fc.Arbitrary<number>) =>
  fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: nasty });
const level = mostly(valid(1e-9, 0.99));
const sides = fc.constantFrom('one' as const, 'two' as const);

function numbersIn(value: unknown): readonly number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

/** Either a typed error or finite numbers only. */
function expectSound(run: () => unknown): void {
  let result: unknown;
  try {
    result = run();
  } catch (error) {
    expect(error).toBeInstanceOf(StatisticsError);
    return;
  }
  expect(numbersIn(result).filter((value) => !Number.isFinite(value))).toEqual([]);
}

describe('no sequential result holds NaN or Infinity', () => {
  it('of the always-valid methods, whatever the input', () => {
    fc.assert(
      fc.property(
        nasty,
        mostly(valid(1e-3, 10)),
        mostly(valid(1, 1e9)),
        level,
        sides,
        mostly(valid(1, 1e6)),
        (effect, standardError, size, alpha, side, tuning) => {
          expectSound(() =>
            confidenceSequence({ effect, standardError, sampleSize: size }, { alpha, sides: side, tunedAt: tuning }),
          );
          expectSound(() => mixtureSprt({ effect, standardError }, { alpha, mixtureVariance: tuning }));
        },
      ),
      { numRuns: 2000, seed: 11 },
    );
  });

  it('of the sequential sample ratio test, whatever the input', () => {
    const counts = fc.array(fc.oneof(fc.nat(), fc.maxSafeNat(), nasty), { maxLength: 4 });
    fc.assert(
      fc.property(counts, fc.array(nasty, { maxLength: 4 }), level, nasty, (seen, shares, alpha, concentration) => {
        expectSound(() => sequentialSampleRatio(seen, shares, { alpha, concentration }));
        expectSound(() =>
          sequentialSampleRatio(
            seen,
            seen.map(() => 1),
            { alpha },
          ),
        );
      }),
      { numRuns: 1000, seed: 12 },
    );
  });

  it('of a group sequential test, whatever the input', () => {
    const errors = fc
      .array(mostly(valid(0.01, 3)), { maxLength: 4 })
      .map((values) => values.sort((left, right) => right - left));
    fc.assert(
      fc.property(
        level,
        sides,
        mostly(valid(0.1, 1e4)),
        errors,
        nasty,
        (alpha, side, plannedInformation, standardErrors, effect) => {
          expectSound(() => {
            const design = { alpha, sides: side, spending: { family: 'obrien-fleming' }, plannedInformation } as const;
            let state = startGroupSequential(design);
            const readouts: unknown[] = [];
            for (const standardError of standardErrors) {
              state = addLook(state, { information: informationOf(standardError) });
              const look = state.looks.at(-1);
              if (look === undefined) throw new Error('a look was added');
              readouts.push(look, repeatedInterval(design, look, { effect, standardError }));
              readouts.push(stageWiseReadout(state, { effect, standardError }));
            }
            return readouts;
          });
        },
      ),
      { numRuns: 500, seed: 13 },
    );
  });

  it('of a plan, whatever the input', () => {
    const fractions = [0.5, 1];
    const designs = fc
      .record({ alpha: level, sides })
      .chain((common): fc.Arbitrary<TestDesign> =>
        fc.constantFrom<TestDesign>(
          { ...common, kind: 'fixed' },
          { ...common, kind: 'group-sequential', spending: { family: 'pocock' }, fractions },
          { ...common, kind: 'confidence-sequence', tunedAt: 1000, looks: 2 },
        ),
      );
    fc.assert(
      fc.property(
        designs,
        mostly(valid(1e-3, 10)),
        mostly(valid(0.1, 100)),
        level,
        mostly(valid(1, 1e6)),
        (design, effect, unitVariance, power, sampleSize) => {
          const plan = { design, hypothesis: { kind: 'superiority', effect }, unitVariance } as const;
          expectSound(() => powerOf(plan, sampleSize));
          expectSound(() => requiredSampleSize(plan, power));
        },
      ),
      { numRuns: 500, seed: 14 },
    );
  });
});
