import { describe, expect, it } from '@jest/globals';

import { normalCdf } from '../distributions/index.js';
import { exitProbabilities } from '../sequential/index.js';

import { detectableEffect } from './detectable-effect.js';
import { groupSequentialInflation } from './group-sequential-inflation.js';
import { optimalShares } from './optimal-shares.js';
import { powerOf } from './power.js';
import { requiredSampleSize } from './sample-size.js';
import type { ExperimentPlan, TestDesign } from './test-design.js';
import { meanUnitVariance, proportionUnitVariance, reducedUnitVariance } from './unit-variance.js';

const fixed = { kind: 'fixed', alpha: 0.05, sides: 'two' } as const;
const groupSequential = {
  kind: 'group-sequential',
  alpha: 0.05,
  sides: 'two',
  spending: { family: 'obrien-fleming' },
  fractions: [0.2, 0.4, 0.6, 0.8, 1],
} as const;
const halves = { control: 0.5, treatment: 0.5 };
const plan = (design: TestDesign, change: Partial<ExperimentPlan> = {}): ExperimentPlan => ({
  design,
  hypothesis: { kind: 'superiority', effect: 0.3 },
  unitVariance: meanUnitVariance(halves, 100),
  ...change,
});

describe('requiredSampleSize', () => {
  it('is 17441.95 an arm for standard deviation 10 and difference 0.3 at 80 % power', () => {
    expect(requiredSampleSize(plan(fixed), 0.8) / 2).toBeCloseTo(17441.95, 2);
  });

  // spotify_confidence, tests/frequentist/test_freqsamplesizecalculator.py: interval 0.99, power 0.8,
  // metrics at 0.01 over 4 or 2 comparisons, halved where there is no direction. That library rounds each arm up first.
  it.each([
    ['share', 0.01 / 4, [0.5, 0.2], 1_042_868],
    ['share', 0.01 / 8, [0.5, 0.2], 1_170_185],
    ['share', 0.01 / 4, [5 / 7, 2 / 7], 730_009],
    ['bananas', 0.01 / 4, [0.5, 0.2], 95_459],
    ['bananas', 0.01 / 2, [5 / 7, 2 / 7], 58_621],
    ['share', 0.01 / 4, [0.5, 0.5], 596_991],
  ] as const)('matches spotify_confidence for %s at level %d and shares %o', (metric, alpha, shares, expected) => {
    const arms = { control: shares[0], treatment: shares[1] };
    const binary = { effect: 0.7 * 0.00617, unitVariance: proportionUnitVariance(arms, 0.7) };
    const continuous = { effect: 4.56 * 0.01, unitVariance: meanUnitVariance(arms, 2.13) };
    const { effect, unitVariance } = metric === 'share' ? binary : continuous;

    const size = requiredSampleSize(
      { design: { kind: 'fixed', alpha, sides: 'one' }, hypothesis: { kind: 'superiority', effect }, unitVariance },
      0.8,
    );

    expect(Math.abs(size - expected)).toBeLessThanOrEqual(5);
  });

  it('needs fewer units with the best shares than spotify_confidence with its own (894,863)', () => {
    const effect = 0.7 * 0.00617;
    const treated = (0.7 + effect) * (0.3 - effect);
    const { control, treatments } = optimalShares(0.21, [treated, treated]);

    const size = requiredSampleSize(
      {
        design: { kind: 'fixed', alpha: 0.01 / 4, sides: 'one' },
        hypothesis: { kind: 'superiority', effect },
        unitVariance: proportionUnitVariance({ control, treatment: treatments[0] ?? 0 }, 0.7),
      },
      0.8,
    );

    expect(size).toBeCloseTo(869_255.32, 2);
  });

  it('halves with half the variance', () => {
    const unitVariance = reducedUnitVariance(meanUnitVariance(halves, 100), 0.5);

    expect(requiredSampleSize(plan(fixed, { unitVariance }), 0.8)).toBeCloseTo(17441.95, 2);
  });

  it('counts the margin as the distance for non-inferiority', () => {
    const hypothesis = { kind: 'non-inferiority', margin: 0.2, effect: 0.1 } as const;

    expect(requiredSampleSize(plan(fixed, { hypothesis }), 0.8) / 2).toBeCloseTo(17441.95, 2);
  });

  // Schuirmann's test without a difference: (z_alpha + z_{beta/2})^2 * unit variance / margin^2.
  it('is the closed form for equivalence of equal arms', () => {
    const hypothesis = { kind: 'equivalence', margin: 0.3 } as const;
    const expected = ((1.6448536269514722 + 1.2815515655446004) / 0.3) ** 2 * 400;

    expect(requiredSampleSize(plan(fixed, { hypothesis }), 0.8)).toBeCloseTo(expected, 2);
  });

  it.each<[string, ExperimentPlan]>([
    ['fixed', plan(fixed)],
    ['group sequential', plan(groupSequential)],
    ['equivalence', plan(fixed, { hypothesis: { kind: 'equivalence', margin: 0.3, effect: 0.05 } })],
    ['confidence sequence', plan({ ...fixed, kind: 'confidence-sequence', tunedAt: 40_000, looks: 14 })],
    ['mixture SPRT', plan({ ...fixed, kind: 'mixture-sprt', mixtureVariance: 0.09, looks: 14 })],
    [
      'group sequential with futility',
      plan({
        ...groupSequential,
        sides: 'one',
        futility: { beta: 0.2, spending: { family: 'pocock' }, binding: 'non-binding' },
      }),
    ],
  ])('has the power asked for: %s', (_, of) => {
    expect(powerOf(of, requiredSampleSize(of, 0.8))).toBeCloseTo(0.8, 7);
  });

  it.each([
    [plan({ ...fixed, alpha: 0 }), 0.8, 'must lie strictly between 0 and 1'],
    [plan(fixed), 1, 'power must lie strictly between 0 and 1'],
    [plan(fixed), 0.02, 'power must be above the level 0.025'],
    [plan(groupSequential), 0.025, 'power must be above the level 0.025'],
    [plan(fixed, { hypothesis: { kind: 'superiority', effect: 0 } }), 0.8, 'hypothesis.effect'],
    [plan(fixed, { hypothesis: { kind: 'superiority', effect: Number.NaN } }), 0.8, 'hypothesis.effect'],
    [plan(fixed, { hypothesis: { kind: 'non-inferiority', margin: 0 } }), 0.8, 'hypothesis.margin'],
    [plan(fixed, { hypothesis: { kind: 'non-inferiority', margin: 1, effect: -1 } }), 0.8, 'inside the margin 1'],
    [plan(fixed, { hypothesis: { kind: 'equivalence', margin: 1, effect: 2 } }), 0.8, 'inside the margin 1'],
    [plan(groupSequential, { hypothesis: { kind: 'equivalence', margin: 1 } }), 0.8, 'design.kind'],
    [plan(fixed, { unitVariance: 0 }), 0.8, 'unitVariance'],
    [plan({ ...groupSequential, fractions: [0.5, 0.5, 1] }), 0.8, 'fractions[1]'],
    [plan({ ...groupSequential, fractions: [0.5, 0.9] }), 0.8, 'end with 1'],
    [plan({ ...fixed, kind: 'confidence-sequence', tunedAt: 1000, looks: 0 }), 0.8, 'looks'],
  ])('refuses %o with power %d', (of, power, message) => {
    expect(() => requiredSampleSize(of, power)).toThrow(message);
  });
});

describe('powerOf', () => {
  it.each([0, -1, Number.NaN])('refuses a sample size of %d', (sampleSize) => {
    expect(() => powerOf(plan(fixed), sampleSize)).toThrow('sampleSize');
  });

  it('grows with the sample size for every design', () => {
    const designs: TestDesign[] = [
      fixed,
      groupSequential,
      { ...fixed, kind: 'confidence-sequence', tunedAt: 5000, looks: 5 },
    ];

    for (const design of designs) {
      expect(powerOf(plan(design), 30_000)).toBeGreaterThan(powerOf(plan(design), 20_000));
    }
  });

  it('is at least that of a single reading at the end for a confidence sequence', () => {
    const design = { ...fixed, kind: 'confidence-sequence', tunedAt: 30_000, looks: 20 } as const;

    expect(powerOf(plan(design), 50_000)).toBeGreaterThan(powerOf(plan({ ...design, looks: 1 }), 50_000));
  });
});

describe('groupSequentialInflation', () => {
  it('is that of gsDesign with futility: 1.0699 for three looks (alpha 0.025, beta 0.1, HSD -4 and -2)', () => {
    const design = {
      kind: 'group-sequential',
      alpha: 0.025,
      sides: 'one',
      spending: { family: 'hwang-shih-decani', gamma: -4 },
      fractions: [1 / 3, 2 / 3, 1],
      futility: { beta: 0.1, spending: { family: 'hwang-shih-decani', gamma: -2 }, binding: 'non-binding' },
    } as const;

    expect(groupSequentialInflation(design, 0.9)).toBeCloseTo(1.0699, 4);
  });

  it('is 1 for a single look', () => {
    expect(groupSequentialInflation({ ...groupSequential, fractions: [1] }, 0.8)).toBeCloseTo(1, 7);
  });

  // Jennison & Turnbull (2000), tables 2.2 and 2.4, alpha 0.05 and power 0.8: constants C and inflation R.
  it.each([
    ['Pocock', 2, 2.1783, 1.11],
    ['Pocock', 3, 2.2895, 1.166],
    ['Pocock', 5, 2.4132, 1.229],
    ['Pocock', 10, 2.555, 1.301],
    ["O'Brien-Fleming", 2, 1.9774, 1.008],
    ["O'Brien-Fleming", 3, 2.004, 1.017],
    ["O'Brien-Fleming", 5, 2.0401, 1.028],
    ["O'Brien-Fleming", 10, 2.0865, 1.04],
  ])('explains the printed factor of the classical %s test with %d looks', (shape, looks, constant, factor) => {
    const bounds = Array.from({ length: looks }, (_, index) => {
      const fraction = (index + 1) / looks;
      const upper = shape === 'Pocock' ? constant : constant / Math.sqrt(fraction);
      return { information: fraction, lower: -upper, upper };
    });
    const drift = Math.sqrt(factor) * (1.959963985 + 0.841621234);

    const power = exitProbabilities(bounds)(drift).reduce((total, { above }) => total + above, 0);

    expect(Math.abs(power - 0.8)).toBeLessThan(5e-4);
  });
});

describe('detectableEffect', () => {
  it.each<[string, TestDesign]>([
    ['fixed', fixed],
    ['group sequential', groupSequential],
    ['confidence sequence', { ...fixed, kind: 'confidence-sequence', tunedAt: 30_000, looks: 10 }],
  ])('is the inverse of the sample size: %s', (_, design) => {
    const sampleSize = requiredSampleSize(plan(design), 0.8);

    const effect = detectableEffect({ design, kind: 'superiority', unitVariance: 400 }, sampleSize, 0.8);

    expect(effect).toBeCloseTo(0.3, 6);
  });

  it('takes the variance at the effect for proportions', () => {
    const unitVariance = proportionUnitVariance(halves, 0.1);
    const sampleSize = requiredSampleSize(
      plan(fixed, { hypothesis: { kind: 'superiority', effect: 0.01 }, unitVariance }),
      0.8,
    );

    const effect = detectableEffect(
      { design: fixed, kind: 'superiority', unitVariance, largest: 0.5 },
      sampleSize,
      0.8,
    );

    expect(sampleSize / 2).toBeCloseTo(14748.05, 2);
    expect(effect).toBeCloseTo(0.01, 7);
  });

  it('is the smallest margin for non-inferiority', () => {
    const open = { design: fixed, kind: 'non-inferiority', unitVariance: 400, effect: -0.1 } as const;

    expect(detectableEffect(open, 2 * 17441.95, 0.8)).toBeCloseTo(0.4, 6);
  });

  it('says so when nothing that large exists', () => {
    const unitVariance = proportionUnitVariance(halves, 0.1);

    expect(() => detectableEffect({ design: fixed, kind: 'superiority', unitVariance, largest: 0.1 }, 10, 0.8)).toThrow(
      'largest must be found with power 0.8 by 10 units',
    );
  });
});

it('agrees with the normal distribution for a fixed test', () => {
  expect(powerOf(plan(fixed), 20_000)).toBeCloseTo(normalCdf(0.3 * Math.sqrt(50) - 1.959963984540054), 12);
});
