import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';

import { analyzeFile } from './analyze-file.js';
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

// Literals over the same file: chisquare and ttest_ind(equal_var=False) of SciPy; the score test of two proportions and its
// interval by bisection of the likelihood in 30 digits with mpmath.
(isPresent ? describe : describe.skip)('the e-mail campaign of 64,000 customers', () => {
  it('counts the variants and finds their sizes as expected', async () => {
    const { units, sampleRatio } = await analyzeFile(request);

    expect(units.reduce((sum, variant) => sum + variant.units, 0)).toBe(64_000);
    expect(units.map(({ variant, units: n }) => [variant, n])).toEqual([
      ['No E-Mail', 21_306],
      ['Mens E-Mail', 21_307],
      ['Womens E-Mail', 21_387],
    ]);
    expect(sampleRatio.pValue).toBeCloseTo(0.9036929575604196, 10);
    expect(sampleRatio.passed).toBe(true);
  });

  it.each([
    [
      'visit',
      1,
      0.07658956365153125,
      0.06996000822913719,
      0.08323386632889729,
      0.721404616781399,
      5.685165482801995e-112,
    ],
    [
      'visit',
      2,
      0.045233106587052985,
      0.038898452417835565,
      0.051579189891725205,
      0.4260550702669102,
      3.182403159334988e-44,
    ],
    [
      'conversion',
      1,
      0.006805006519615695,
      0.005024311025635362,
      0.008649345826767013,
      1.188421876286328,
      1.5232235005955516e-13,
    ],
    [
      'conversion',
      2,
      0.003111057511085258,
      0.0015073279536827974,
      0.0047507380587383284,
      0.5433130436982172,
      0.0001571051291066854,
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
  ])(
    'compares %s of variant %i with the control',
    async (metric, index, difference, lower, upper, relative, pValue) => {
      const { metrics } = await analyzeFile(request);
      const compared = metrics.find((one) => one.metric === metric)?.comparisons[index - 1];

      expect(compared?.absolute?.value).toBeCloseTo(difference, 10);
      expect(compared?.absolute?.lower).toBeCloseTo(lower, 9);
      expect(compared?.absolute?.upper).toBeCloseTo(upper, 9);
      expect(compared?.relative?.value).toBeCloseTo(relative, 10);
      expect((compared?.pValue ?? 0) / pValue).toBeCloseTo(1, 6);
    },
  );

  it('finds a mismatch against weights that the campaign did not have', async () => {
    const weights = new Map([
      ['No E-Mail', 2],
      ['Mens E-Mail', 1],
      ['Womens E-Mail', 1],
    ]);

    const { sampleRatio } = await analyzeFile({ ...request, metricColumns: ['visit'], weights });

    expect(sampleRatio.passed).toBe(false);
    expect(sampleRatio.pValue).toBeLessThan(1e-100);
  });
});
