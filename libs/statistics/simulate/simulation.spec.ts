import { describe, expect, it } from '@jest/globals';

import { runStudy } from './run-study.js';
import { chapters } from './studies/index.js';

const seeds = new Map(chapters.flatMap(({ studies }) => studies).map((study, index) => [study, 5010 + 10 * index]));

/** Generous: a study takes a second or two of processor time, but the machine may be busy. */
const TIMEOUT_MS = 180_000;

// Fixed seeds, fewer experiments; limits with confidence 99.9 %, so that a right method passes.
describe.each(chapters)('$title', ({ studies }) => {
  it.each(studies)(
    '$method, $metric, $adjustment, $setting',
    (study) => {
      const findings = runStudy(study, 'short', seeds.get(study) ?? 1);

      for (const { measure, share, limits, verdict } of findings) {
        const summary = `${measure.name} ${share} in ${limits[0]} to ${limits[1]}`;
        expect({ summary, verdict }).not.toMatchObject({ verdict: 'fails' });
      }
    },
    TIMEOUT_MS,
  );
});
