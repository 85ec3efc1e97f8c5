import { describe, expect, it } from '@jest/globals';

import { exitProbabilities } from './exit-probabilities.js';

const looks = (count: number, boundAt: (look: number) => number) =>
  Array.from({ length: count }, (_, index) => {
    const bound = boundAt(index + 1);
    return { information: index + 1, lower: -bound, upper: bound };
  });
const everStopping = (bounds: ReturnType<typeof looks>, drift: number) =>
  exitProbabilities(bounds)(drift).reduce((total, { above, below }) => total + above + below, 0);

describe('exitProbabilities', () => {
  // Armitage, McPherson & Rowe (1969), table 2, carried to five digits by independent quadrature.
  it.each([
    [1, 0.05],
    [2, 0.08312],
    [3, 0.10726],
    [4, 0.12617],
    [5, 0.14169],
    [10, 0.19336],
    [14, 0.21965],
    [20, 0.24791],
    [30, 0.28016],
    [50, 0.32045],
    [100, 0.37362],
  ])('gives the false positive rate of %d naive looks at 1.96', (count, expected) => {
    const naive = looks(count, () => 1.959963984540054);

    expect(everStopping(naive, 0)).toBeCloseTo(expected, 5);
  });

  // Jennison & Turnbull (2000), table 2.1: Pocock constants.
  it.each([
    [2, 2.1783],
    [3, 2.2895],
    [4, 2.3613],
    [5, 2.4132],
    [6, 2.4532],
    [7, 2.4855],
    [8, 2.5123],
    [9, 2.5352],
    [10, 2.555],
  ])('gives 0.05 for %d looks at the Pocock constant %d', (count, constant) => {
    expect(
      everStopping(
        looks(count, () => constant + 5e-5),
        0,
      ),
    ).toBeLessThan(0.05);
    expect(
      everStopping(
        looks(count, () => constant - 5e-5),
        0,
      ),
    ).toBeGreaterThan(0.05);
  });

  // Jennison & Turnbull (2000), table 2.3: O'Brien-Fleming constants.
  it.each([
    [2, 1.9774],
    [3, 2.004],
    [4, 2.0243],
    [5, 2.0401],
    [6, 2.0528],
    [7, 2.0633],
    [8, 2.0722],
    [9, 2.0798],
    [10, 2.0865],
  ])("gives 0.05 for %d looks at the O'Brien-Fleming constant %d", (count, constant) => {
    const shaped = (value: number) => looks(count, (look) => value * Math.sqrt(count / look));

    expect(everStopping(shaped(constant + 5e-5), 0)).toBeLessThan(0.05);
    expect(everStopping(shaped(constant - 5e-5), 0)).toBeGreaterThan(0.05);
  });

  it('passes over a look without bounds', () => {
    const [first, second, third] = looks(3, () => 2);
    const open = { information: 2, lower: null, upper: null };
    const withOpen = exitProbabilities([first, open, third].filter((look) => look !== undefined))(0.3);
    const without = exitProbabilities([first, third].filter((look) => look !== undefined))(0.3);

    expect(second).toBeDefined();
    expect(withOpen[1]).toEqual({ above: 0, below: 0 });
    expect(withOpen[2]).toEqual(without[1]);
  });

  it('sums to 1 when the last look stops at any value', () => {
    const bounds = [...looks(3, () => 2), { information: 4, lower: 0.7, upper: 0.7 }];

    for (const drift of [-1.5, -0.4, 0, 0.8, 2]) expect(everStopping(bounds, drift)).toBeCloseTo(1, 9);
  });

  it.each([
    [{ information: 2 }, 'looks[1].information'],
    [{ information: Number.NaN }, 'looks[1].information'],
    [{ upper: Number.POSITIVE_INFINITY }, 'looks[1].upper'],
    [{ lower: 3 }, 'looks[1].lower'],
  ])('refuses a look with %o', (change, field) => {
    const [first, second] = [
      { information: 2, lower: -2, upper: 2 },
      { information: 3, lower: -2, upper: 2 },
    ];

    expect(() => exitProbabilities([first, { ...second, ...change }])).toThrow(expect.objectContaining({ field }));
  });

  it('takes a bound that can not be reached for none', () => {
    const [open, far] = [null, 1e9].map((bound) => {
      const first = { information: 1, lower: -2, upper: bound };
      return exitProbabilities([first, { information: 2, lower: null, upper: 2 }])(0.5);
    });

    expect(far?.[1]?.above).toBeCloseTo(open?.[1]?.above ?? 0, 12);
  });
});
