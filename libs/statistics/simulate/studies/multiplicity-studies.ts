import { adjustPValues, simultaneousIntervals, testEffect } from '@sortition/statistics';
import type { EffectEstimate, MultiplicityMethod, SimultaneousOptions } from '@sortition/statistics';

import { normalEstimate } from '../models/normal-estimate.js';
import type { Random } from '../random.js';
import { STANDARD_REPLICATIONS } from '../study.js';
import type { Measure, Study } from '../study.js';

const ALPHA = 0.05;

/** True effects of the tests of a family, in standard errors. */
interface Family {
  readonly name: string;
  readonly effects: readonly number[];
  readonly correlation: number;
}

const independent: Family = { name: '8 tests, no effect', effects: Array(8).fill(0), correlation: 0 };
const mixed: Family = { name: '8 tests, 3 with an effect', effects: [3, 3, 3, 0, 0, 0, 0, 0], correlation: 0 };
const families: readonly Family[] = [
  independent,
  { ...independent, correlation: 0.5 },
  mixed,
  { ...mixed, correlation: 0.5 },
];

/** Which error a method bounds, and with which intervals it goes. */
interface Procedure {
  readonly method: MultiplicityMethod;
  readonly bounds: 'family-wise error rate' | 'false discovery rate';
  readonly intervals?: SimultaneousOptions['alternative'];
}

const procedures: readonly Procedure[] = [
  { method: 'bonferroni', bounds: 'family-wise error rate', intervals: 'two-sided' },
  { method: 'holm', bounds: 'family-wise error rate', intervals: 'increase' },
  { method: 'hochberg', bounds: 'family-wise error rate' },
  { method: 'hommel', bounds: 'family-wise error rate' },
  { method: 'benjamini-hochberg', bounds: 'false discovery rate', intervals: 'two-sided' },
  { method: 'benjamini-yekutieli', bounds: 'false discovery rate', intervals: 'two-sided' },
];

/** Error rates of families of tests, and the coverage of the intervals that go with them; uncorrected for contrast. */
export const multiplicityStudies: readonly Study[] = families.flatMap((family) => [
  uncorrectedStudy(family),
  ...procedures.map((procedure) => multiplicityStudy(procedure, family)),
]);

function multiplicityStudy({ method, bounds, intervals }: Procedure, family: Family): Study {
  const isFamilyWise = bounds === 'family-wise error rate';
  const coverage: Measure = isFamilyWise
    ? { name: 'all intervals cover', nominal: 1 - ALPHA, criterion: 'at-least' }
    : { name: 'an interval of a rejected test, drawn at random, fails to cover', nominal: ALPHA, criterion: 'at-most' };
  return study(method, family, {
    measures: [errorRateOf(method, bounds, family), ...(intervals === undefined ? [] : [coverage])],
    replicate(random) {
      const estimates = drawFamily(family, random);
      const rejected = adjustPValues(method, pValuesOf(estimates)).map((p) => p <= ALPHA);
      const falsely = rejected.map((isRejected, index) => isRejected && family.effects[index] === 0);
      const isWrong = isFamilyWise ? falsely.includes(true) : drawn(random, falsely, rejected);
      if (intervals === undefined) return [isWrong];
      const missed = missedBy(method, estimates, family, intervals);
      const given = missed.map((misses) => misses !== null);
      return [isWrong, isFamilyWise ? !missed.includes(true) : drawn(random, missed, given)];
    },
  });
}

function uncorrectedStudy(family: Family): Study {
  return study('uncorrected', family, {
    measures: [{ name: 'family-wise error rate', nominal: ALPHA, criterion: 'contrast' }],
    replicate(random) {
      const pValues = pValuesOf(drawFamily(family, random));
      return [pValues.some((p, index) => p <= ALPHA && family.effects[index] === 0)];
    },
  });
}

function study(method: string, { name, correlation }: Family, rest: Pick<Study, 'measures' | 'replicate'>): Study {
  const metric = `estimates, correlation ${correlation}`;
  return { method, metric, adjustment: 'none', setting: name, replications: STANDARD_REPLICATIONS, ...rest };
}

function errorRateOf(method: MultiplicityMethod, name: string, family: Family): Measure {
  const exact = family.correlation === 0 ? exactRate(method, family.effects) : undefined;
  return exact === undefined
    ? { name, nominal: ALPHA, criterion: 'at-most' }
    : { name, nominal: exact, criterion: 'equal' };
}

/** The error rate of independent tests where theory gives it and not a bound only. */
function exactRate(method: MultiplicityMethod, effects: readonly number[]): number | undefined {
  const total = effects.length;
  const without = effects.filter((effect) => effect === 0).length;
  const harmonic = effects.reduce((sum, _, index) => sum + 1 / (index + 1), 0);
  switch (method) {
    case 'bonferroni':
      return 1 - (1 - ALPHA / total) ** without;
    case 'holm':
      return without === total ? 1 - (1 - ALPHA / total) ** total : undefined;
    case 'hommel':
      return without === total ? ALPHA : undefined;
    case 'hochberg':
      return undefined;
    case 'benjamini-hochberg':
      return (ALPHA * without) / total;
    case 'benjamini-yekutieli':
      return (ALPHA * without) / total / harmonic;
  }
}

function drawFamily({ effects, correlation }: Family, random: Random): readonly EffectEstimate[] {
  const shared = Math.sqrt(correlation) * random.normal();
  return effects.map((effect) => normalEstimate(effect, 1, shared + Math.sqrt(1 - correlation) * random.normal()));
}

function pValuesOf(estimates: readonly EffectEstimate[]): readonly number[] {
  return estimates.map((estimate) => {
    const result = testEffect(estimate, { reference: 'z' });
    if (!result.estimable) throw new Error(result.detail);
    return result.pValue;
  });
}

/** Whether each interval misses its effect; null where the method gives none. */
function missedBy(
  method: MultiplicityMethod,
  estimates: readonly EffectEstimate[],
  { effects }: Family,
  alternative: SimultaneousOptions['alternative'],
): readonly (boolean | null)[] {
  const result = simultaneousIntervals(method, estimates, { alpha: ALPHA, alternative, reference: 'z' });
  if (!result.estimable) throw new Error(result.detail);
  return result.intervals.map((interval, index) => {
    const truth = effects[index] ?? 0;
    return interval && (truth < (interval.lower ?? -Infinity) || truth > (interval.upper ?? Infinity));
  });
}

/** Draws one of the candidates; its chance to be wrong is the share of wrong ones, 0 without candidates. */
function drawn(random: Random, wrong: readonly (boolean | null)[], candidates: readonly boolean[]): boolean {
  const count = candidates.filter(Boolean).length;
  return count > 0 && random.binomial(1, wrong.filter((isWrong) => isWrong === true).length / count) === 1;
}
