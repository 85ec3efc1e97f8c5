import { describe, expect, it } from '@jest/globals';

import { normalSurvival, normalUpperQuantile } from '../distributions/index.js';
import { absoluteDifference, mean, pairArms } from '../estimators/index.js';
import { momentsOf } from '../moments/index.js';
import { decide, evaluateRule, gatherEvidence, planDecision, splitErrorRates } from './index.js';
import type { DecisionDesign, DecisionEvidence, Evidence, Rule } from './index.js';
import { testsOf } from './rule.js';

const test = (metric: string, kind: 'superiority' | 'non-inferiority' = 'superiority'): Rule => ({
  kind: 'test',
  metric,
  test: kind,
});
const p = (pValue: number): Evidence => ({ estimable: true, pValue });

const design: DecisionDesign = {
  success: [
    { key: 'streams', preferred: 'increase' },
    { key: 'follows', preferred: 'increase' },
  ],
  guardrails: [
    { key: 'crashes', preferred: 'decrease', margin: 0.02 },
    { key: 'latency', preferred: 'decrease', margin: 0.05 },
    { key: 'skips', preferred: 'decrease', margin: null },
  ],
  quality: [{ key: 'sample-ratio', alpha: 0.001 }],
  evaluation: 'continuous',
};
const plan = planDecision(design);
const calm = { deterioration: p(0.5) };
const evidence: DecisionEvidence = {
  metrics: {
    streams: { ...calm, superiority: p(0.01) },
    follows: { ...calm, superiority: p(0.4) },
    crashes: { ...calm, 'non-inferiority': p(0.04) },
    latency: { ...calm, 'non-inferiority': p(0.03) },
    skips: calm,
  },
  quality: { 'sample-ratio': p(0.3) },
  isComplete: false,
};
const withMetric = (key: string, change: object): DecisionEvidence => ({
  ...evidence,
  metrics: { ...evidence.metrics, [key]: { ...evidence.metrics[key], ...change } },
});

describe('splitErrorRates', () => {
  it('divides alpha where one rule suffices and beta where all must hold', () => {
    const rule = splitErrorRates(
      { kind: 'all', rules: [{ kind: 'any', rules: [test('a'), test('b')] }, test('g', 'non-inferiority')] },
      0.05,
      0.2,
    );

    expect(rule).toMatchObject({
      kind: 'all',
      alpha: 0.05,
      beta: 0.2,
      rules: [
        {
          kind: 'any',
          alpha: 0.05,
          beta: 0.1,
          rules: [
            { alpha: 0.025, beta: 0.1 },
            { alpha: 0.025, beta: 0.1 },
          ],
        },
        { kind: 'test', metric: 'g', alpha: 0.05, beta: 0.1 },
      ],
    });
  });

  it('refuses a node without rules, naming it', () => {
    expect(() => splitErrorRates({ kind: 'any', rules: [test('a'), { kind: 'all', rules: [] }] }, 0.05, 0.2)).toThrow(
      'rule.rules[1].rules.length must be at least 1, got 0.',
    );
  });
});

describe('evaluateRule', () => {
  it('gives each node the least alpha at which it would hold', () => {
    const rule = splitErrorRates(
      { kind: 'any', rules: [{ kind: 'all', rules: [test('a'), test('b')] }, test('c')] },
      0.05,
      0.2,
    );
    const values: Readonly<Record<string, Evidence>> = { a: p(0.01), b: p(0.02), c: p(0.03) };

    const evaluated = evaluateRule(rule, (metric) => values[metric]);

    expect(evaluated).toMatchObject({
      holds: true,
      pValue: 0.04,
      rules: [
        { kind: 'all', holds: true, pValue: 0.02 },
        { metric: 'c', holds: false, pValue: 0.03 },
      ],
    });
  });

  it('does not let a node hold without evidence', () => {
    const rule = splitErrorRates({ kind: 'all', rules: [test('a'), test('b')] }, 0.05, 0.2);

    const evaluated = evaluateRule(rule, (metric) => (metric === 'a' ? p(0.001) : undefined));

    expect(evaluated).toMatchObject({ holds: false, pValue: null });
  });
});

describe('planDecision', () => {
  it('tests S success metrics at alpha / S, guardrails at alpha, and powers each at (beta - false alarms) / (G + 1)', () => {
    const beta = expect.closeTo((0.2 - 0.01 - 0.001) / 3, 12);

    expect(testsOf(plan.rule)).toEqual([
      { ...test('streams'), alpha: 0.025, beta },
      { ...test('follows'), alpha: 0.025, beta },
      { ...test('crashes', 'non-inferiority'), alpha: 0.05, beta },
      { ...test('latency', 'non-inferiority'), alpha: 0.05, beta },
    ]);
    expect(plan.deteriorationAlpha).toBeCloseTo(0.01 / 5, 12);
    expect(plan.betaSpent).toEqual({ rule: expect.closeTo(0.189, 12), deterioration: 0.01, quality: 0.001 });
  });

  it('gives each of several treatments its own share of alpha', () => {
    expect(testsOf(planDecision({ ...design, treatments: 2 }).rule).map(({ alpha }) => alpha)).toEqual([
      0.0125, 0.0125, 0.025, 0.025,
    ]);
  });

  it('takes another rule over the same metrics', () => {
    const custom = planDecision({ ...design, rule: { kind: 'all', rules: [test('streams'), test('follows')] } });

    expect(testsOf(custom.rule).map(({ alpha }) => alpha)).toEqual([0.05, 0.05]);
    expect(() => planDecision({ ...design, rule: test('unknown') })).toThrow(
      'rule must name metrics of the design only',
    );
  });

  it.each([
    ['alpha', { alpha: 0 }],
    ['alpha', { alpha: 1 }],
    ['beta', { beta: Number.NaN }],
    ['beta', { beta: 0.011 }],
    ['deteriorationAlpha', { deteriorationAlpha: 1.2 }],
    ['quality.sample-ratio.alpha', { quality: [{ key: 'sample-ratio', alpha: 0 }] }],
    ['success, guardrails', { guardrails: [{ key: 'streams', preferred: 'increase', margin: 0 }] }],
    ['guardrails.x.margin', { guardrails: [{ key: 'x', preferred: 'increase', margin: -1 }] }],
    ['success', { success: [], guardrails: [{ key: 'skips', preferred: 'decrease', margin: null }] }],
  ] satisfies readonly [string, Partial<DecisionDesign>][])('refuses %s in %j', (field, change) => {
    expect(() => planDecision({ ...design, ...change })).toThrow(expect.objectContaining({ field }));
  });
});

describe('decide', () => {
  it('ships when one success metric is superior and every guardrail with a margin non-inferior', () => {
    expect(decide(plan, evidence)).toMatchObject({ recommendation: 'ship', reasons: [{ code: 'RULE_HOLDS' }] });
  });

  it('continues while no success metric is superior at alpha / S', () => {
    const decision = decide(plan, withMetric('streams', { superiority: p(0.03) }));

    expect(decision).toMatchObject({
      recommendation: 'continue',
      reasons: [{ code: 'SAMPLE_NOT_COMPLETE' }, { code: 'NO_SUCCESS_METRIC_SUPERIOR' }],
    });
  });

  it('continues while a guardrail is not non-inferior, and ends once the sample is complete', () => {
    const missing = withMetric('latency', { 'non-inferiority': p(0.06) });

    expect(decide(plan, missing).recommendation).toBe('continue');
    expect(decide(plan, { ...missing, isComplete: true })).toMatchObject({
      recommendation: 'end',
      reasons: [{ code: 'GUARDRAIL_NOT_NON_INFERIOR', key: 'latency' }],
    });
  });

  it('ends early when every success metric is powered and none is superior', () => {
    const flat = withMetric('streams', { superiority: p(0.6) });

    expect(decide(plan, { ...flat, powered: ['streams'] }).recommendation).toBe('continue');
    expect(decide(plan, { ...flat, powered: ['streams', 'follows'] }).recommendation).toBe('end');
  });

  it('aborts on deterioration of any metric, even one that is only watched, and even when the rule holds', () => {
    expect(decide(plan, withMetric('skips', { deterioration: p(0.0019) }))).toMatchObject({
      recommendation: 'abort',
      reasons: [{ code: 'DETERIORATED', key: 'skips' }],
    });
    expect(decide(plan, withMetric('skips', { deterioration: p(0.0021) })).recommendation).toBe('ship');
  });

  it('aborts on a quality failure first of all', () => {
    const both = { ...withMetric('skips', { deterioration: p(0) }), quality: { 'sample-ratio': p(0.0005) } };

    expect(decide(plan, both)).toMatchObject({
      recommendation: 'abort',
      reasons: [
        { code: 'QUALITY_FAILED', key: 'sample-ratio' },
        { code: 'DETERIORATED', key: 'skips' },
      ],
    });
  });

  it('does not ship a fixed sample before its end', () => {
    const fixed = planDecision({ ...design, evaluation: 'upon-conclusion' });

    expect(decide(fixed, evidence).recommendation).toBe('continue');
    expect(decide(fixed, { ...evidence, isComplete: true }).recommendation).toBe('ship');
  });

  it('says which evidence is missing', () => {
    const outcome = { estimable: false, reason: 'TOO_FEW_UNITS', detail: 'there are 3 units' } as const;

    const decision = decide(plan, { ...withMetric('streams', { deterioration: outcome }), quality: {} });

    expect(decision.reasons).toEqual(
      expect.arrayContaining([
        { code: 'NOT_ESTIMABLE', key: 'sample-ratio', detail: 'there is no evidence on "sample-ratio"' },
        { code: 'NOT_ESTIMABLE', key: 'streams', detail: 'there are 3 units' },
      ]),
    );
  });

  it('refuses a p-value outside [0, 1]', () => {
    expect(() => decide(plan, withMetric('streams', { superiority: p(1.2) }))).toThrow('streams.superiority.pValue');
  });

  it('ships from effects that speak for it', () => {
    const effect = (shift: number) => {
      const values = Array.from({ length: 400 }, (_, i) => (i * 7919) % 100);
      const treated = values.map((value) => value + shift);
      return absoluteDifference(pairArms(mean(momentsOf(values)), mean(momentsOf(treated))));
    };
    const fixed = planDecision({
      success: [{ key: 'streams', preferred: 'increase' }],
      guardrails: [{ key: 'crashes', preferred: 'decrease', margin: 10 }],
      quality: [],
    });
    const metrics = gatherEvidence(fixed, { streams: effect(10), crashes: effect(0) });

    expect(decide(fixed, { metrics, quality: {}, isComplete: true }).recommendation).toBe('ship');
    expect(metrics['crashes']?.deterioration).toMatchObject({ pValue: 0.5 });
    expect(gatherEvidence(fixed, {})['streams']?.superiority).toMatchObject({ reason: 'NO_INFORMATION' });
  });
});

describe('the error rates of the decision, by simulation with a fixed seed', () => {
  const replications = 20_000;
  const tests = testsOf(plan.rule);
  const needed = (key: string): number => {
    const { alpha, beta } = tests.find(({ metric }) => metric === key) ?? { alpha: Number.NaN, beta: Number.NaN };
    return normalUpperQuantile(alpha) + normalUpperQuantile(beta);
  };

  /** Share of experiments that ship, each metric a normal statistic with the given mean on top of its margin. */
  function shipRate(means: Readonly<Record<string, number>>, margins: Readonly<Record<string, number>>): number {
    const normal = normalGenerator(20261122);
    let ships = 0;
    for (let i = 0; i < replications; i += 1) {
      const metrics = Object.fromEntries(
        [...design.success, ...design.guardrails].map(({ key }) => {
          const gain = normal() + (means[key] ?? 0);
          const value = p(normalSurvival(gain + (margins[key] ?? 0)));
          return [key, { superiority: value, 'non-inferiority': value, deterioration: p(normalSurvival(-gain)) }];
        }),
      );
      const quality = { 'sample-ratio': p(normalSurvival(normal())) };
      if (decide(plan, { metrics, quality, isComplete: true }).recommendation === 'ship') ships += 1;
    }
    return ships / replications;
  }
  /** Of a rate of 20 percent, and more than that of a smaller one. */
  const standardError = Math.sqrt((0.2 * 0.8) / replications);

  it('keeps the power of a treatment that moves one success metric and no guardrail', () => {
    const margins = { crashes: needed('crashes'), latency: needed('latency') };

    const power = shipRate({ streams: needed('streams') }, margins);

    expect(power).toBeGreaterThan(0.8 - 3 * standardError);
    expect(power).toBeLessThan(0.85);
  });

  it('would lose that power without the correction of beta', () => {
    const uncorrected = normalUpperQuantile(0.05) + normalUpperQuantile(0.2);
    const means = { streams: normalUpperQuantile(0.025) + normalUpperQuantile(0.2) };

    expect(shipRate(means, { crashes: uncorrected, latency: uncorrected })).toBeLessThan(0.6);
  });

  it('ships a treatment without any success at most alpha of the time', () => {
    expect(shipRate({}, { crashes: 9, latency: 9 })).toBeLessThan(0.05 + 3 * standardError);
  });

  it('ships a treatment at the margin of a guardrail at most alpha of the time', () => {
    const margin = needed('crashes');

    const rate = shipRate({ streams: 9, follows: 9, crashes: -margin }, { crashes: margin, latency: 9 });

    expect(rate).toBeLessThan(0.05 + 3 * standardError);
    expect(rate).toBeGreaterThan(0.04);
  });
});

/** Standard normal draws: Box-Muller over the mulberry32 generator. */
function normalGenerator(seed: number): () => number {
  let state = seed;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
