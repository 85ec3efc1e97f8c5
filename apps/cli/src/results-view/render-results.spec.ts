import { expect, it } from '@jest/globals';

import type { ExperimentResults } from './experiment-results.js';
import { renderResults } from './render-results.js';

const RESULTS: ExperimentResults = {
  experiment: 'checkout',
  phase: 1,
  units: [
    { variant: 'off', units: 0, expectedShare: 0.5 },
    { variant: 'on', units: 0, expectedShare: 0.5 },
  ],
  multipleExposureUnits: 0,
  sampleRatio: { pValue: null, alpha: 0.001, passed: true },
  metrics: [],
} as unknown as ExperimentResults; // Only what is shown of an experiment without units.

it('says why nobody may count, and where to look, when no exposure does', () => {
  expect(renderResults(RESULTS)).toMatch(
    /No exposure counts yet\. .* in bulk, .* by flagd, record none: "sortition doctor"/,
  );
});

it('says nothing of it once somebody counts', () => {
  const units = [{ variant: 'off', units: 1, expectedShare: 1 }];

  expect(renderResults({ ...RESULTS, units })).not.toContain('No exposure');
});
