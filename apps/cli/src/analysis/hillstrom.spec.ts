import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';

import { analyzeExperiment } from './analyze-experiment.js';
import type { AnalysisRequest } from './analysis-request.js';

const FILE = fileURLToPath(new URL('../../../../../shared/data/hillstrom.csv.gz', import.meta.url));
const isPresent = existsSync(FILE);
if (!isPresent) process.stderr.write('Skipped: ../shared/data/hillstrom.csv.gz is absent.\n');

const request: AnalysisRequest = {
  file: FILE,
  unitColumn: undefined,
  variantColumn: 'segment',
  control: 'No E-Mail',
  metricColumns: ['visit', 'conversion', 'spend'],
  weights: undefined,
  alpha: 0.05,
  missing: 'error',
};

// Literals from SciPy over the same file: chisquare, ttest_ind(equal_var=False) and the unpooled normal approximation.
(isPresent ? describe : describe.skip)('the e-mail campaign of 64,000 customers', () => {
  it('counts the arms and finds their sizes as expected', async () => {
    const { arms, srm, units } = await analyzeExperiment(request);

    expect(units).toBe(64_000);
    expect(arms.map(({ arm, n }) => [arm, n])).toEqual([
      ['No E-Mail', 21_306],
      ['Mens E-Mail', 21_307],
      ['Womens E-Mail', 21_387],
    ]);
    expect(srm.pValue).toBeCloseTo(0.9036929575604196, 10);
    expect(srm.passed).toBe(true);
  });

  it.each([
    [
      'visit',
      1,
      0.07658956365153125,
      0.06995350121810805,
      0.08322562608495444,
      0.721404616781399,
      2.7076558094263937e-113,
    ],
    [
      'visit',
      2,
      0.045233106587052985,
      0.03889382581264297,
      0.051572387361463,
      0.4260550702669102,
      1.9229845896627107e-44,
    ],
    [
      'conversion',
      1,
      0.006805006519615695,
      0.005000171380452575,
      0.008609841658778815,
      1.188421876286328,
      1.469291797913956e-13,
    ],
    [
      'conversion',
      2,
      0.003111057511085258,
      0.0014986778214022315,
      0.004723437200768284,
      0.5433130436982172,
      0.00015575153551172945,
    ],
    ['spend', 1, 0.7698271558945375, 0.4851397325684076, 1.0545145792206658, 1.1792887703620074, 1.163814968225482e-7],
    [
      'spend',
      2,
      0.42441221593659684,
      0.1689567898837787,
      0.6798676419894147,
      0.6501518638646863,
      0.0011293971023632495,
    ],
  ])('compares %s of arm %i with the control', async (metric, arm, difference, lower, upper, relative, pValue) => {
    const { metrics } = await analyzeExperiment(request);
    const compared = metrics.find((one) => one.metric === metric)?.arms[arm];

    expect(compared?.difference).toBeCloseTo(difference, 10);
    expect(compared?.interval?.lower).toBeCloseTo(lower, 9);
    expect(compared?.interval?.upper).toBeCloseTo(upper, 9);
    expect(compared?.relativeDifference).toBeCloseTo(relative, 10);
    expect((compared?.pValue ?? 0) / pValue).toBeCloseTo(1, 6);
  });

  it('finds a mismatch against weights that the campaign did not have', async () => {
    const weights = new Map([
      ['No E-Mail', 2],
      ['Mens E-Mail', 1],
      ['Womens E-Mail', 1],
    ]);

    const { srm } = await analyzeExperiment({ ...request, metricColumns: ['visit'], weights });

    expect(srm.passed).toBe(false);
    expect(srm.pValue).toBeLessThan(1e-100);
  });
});
