import { describe, expect, it } from '@jest/globals';

import { failuresIn, shortRun } from './short-run.js';
import { chapters } from './studies/index.js';

/** Generous: a study takes a second or two of processor time, but the machine may be busy. */
const TIMEOUT_MS = 180_000;

describe.each(chapters.filter(({ runs }) => runs === 'with the methods'))('$title', ({ studies }) => {
  it.each(studies)(
    '$method, $metric, $adjustment, $setting',
    (study) => {
      expect(failuresIn(shortRun(study))).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
