import { describe, expect, it } from '@jest/globals';

import { matrix } from './grid/matrix.js';
import { failuresIn, pool, shortRun } from './short-run.js';
import { chapters } from './studies/index.js';
import { gridStudies } from './studies/grid-studies.js';

/** Generous: a study takes a second or two of processor time, but the machine may be busy. */
const TIMEOUT_MS = 180_000;

describe.each(chapters.filter(({ runs }) => runs === 'with the grid'))('$title', ({ studies }) => {
  it.each(studies)(
    '$method, $metric, $adjustment, $setting',
    (study) => {
      expect(failuresIn(shortRun(study))).toEqual([]);
    },
    TIMEOUT_MS,
  );
});

describe('the grid as a whole', () => {
  const findings = () => gridStudies.flatMap(shortRun);

  it(
    'keeps level and coverage of each method over all metrics and adjustments',
    () => {
      const pooled = pool(findings().filter(({ verdict }) => verdict !== 'not judged'));

      expect(pooled.map(({ replications }) => replications > 2000)).toEqual(pooled.map(() => true));
      expect(failuresIn(pooled)).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    'has a finding or a reason in every cell',
    () => {
      const rows = matrix(findings()).filter((line) => line.startsWith('| '));

      expect(rows.filter((row) => row.includes('not run'))).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
