import { existsSync, readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import { bucketingVectors } from '@sortition/testing';

import type { Split } from '../model/index.js';
import { compileSplit } from './compile-split.js';

const SUITE = new URL('../../../../../shared/suites/growthbook/cases.json', import.meta.url);

describe('the hash cases of the GrowthBook suite', () => {
  if (!existsSync(SUITE)) {
    it.skip('are absent: ../shared/suites/growthbook', () => undefined);
    return;
  }
  const { hash } = JSON.parse(readFileSync(SUITE, 'utf8')) as { hash: [string, string, number, number | null][] };
  const known = hash.filter(([, , version]) => version === 1 || version === 2);

  it.each(known)('seed "%s", value "%s", version %d: %d', (salt, unit, version, expected) => {
    const vector = bucketingVectors().find(({ name }) => name === `growthbook-v${version}`);
    const split = { ...vector?.split, salt } as unknown as Split;
    expect(compileSplit(split).explain(unit).split?.bucket).toBe(expected);
  });
});
