import { describe, expect, it } from '@jest/globals';
import { bucketingVectors } from '@sortition/testing';

import type { Split } from '../model/index.js';
import { compileSplit } from './compile-split.js';
import { splitProblems } from './split-problems.js';

describe.each(bucketingVectors().map((vector) => [vector.name, vector] as const))('program %s', (_, vector) => {
  // The file is JSON for every language; the problems test below shows that it holds splits.
  const split = vector.split as unknown as Split;
  const compiled = compileSplit(split, vector.flag);

  it('is a split without problems', () => {
    expect(splitProblems(vector.split, 'split')).toEqual([]);
  });

  it.each(vector.cases.map((example) => [example.unit, example] as const))(
    'decides %s as the source does',
    (_, example) => {
      const unit = example.unit ?? undefined;
      const { picked, split: stage } = compiled.explain(unit);
      expect(picked).toBe(compiled.pick(unit));
      if (example.number !== undefined) expect(stage?.bucket).toBe(example.number);
      if (example.variant !== undefined) expect(split.allocations[picked]?.variant ?? null).toBe(example.variant);
    },
  );
});
