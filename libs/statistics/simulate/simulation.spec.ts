import { describe, expect, it } from '@jest/globals';

import { runStudy } from './run-study.js';
import { chapters } from './studies/index.js';

let seed = 5000;

// Fixed seeds, fewer experiments; limits with confidence 99.9 %, so that a right method passes.
describe.each(chapters)('$title', ({ studies }) => {
  it.each(studies)('$method, $metric, $adjustment, $setting', (study) => {
    seed += 10;

    const findings = runStudy(study, 'short', seed);

    for (const { measure, share, limits, verdict } of findings) {
      const summary = `${measure.name} ${share} in ${limits[0]} to ${limits[1]}`;
      expect({ summary, verdict }).not.toMatchObject({ verdict: 'fails' });
    }
  });
});
