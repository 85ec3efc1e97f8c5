import { describe, it } from '@jest/globals';
import fc from 'fast-check';

import { compileSplit } from '../bucketing/index.js';
import { compileSnapshot } from '../index.js';
import { nativeSplit } from './native-split.js';

const range = fc
  .tuple(fc.nat(999_999), fc.integer({ min: 1, max: 200_000 }))
  .map(([start, size]) => ({ start, end: Math.min(start + size, 1_000_000) }));

describe('the compact native split', () => {
  it('picks what the bucketing interpreter picks, by weights and by ranges', () => {
    const weighted = fc
      .array(fc.integer({ min: 0, max: 250_000 }), { minLength: 1, maxLength: 4 })
      .map((weights) => weights.map((weight, index) => ({ variant: `v${index}`, weight })));
    const ranged = range.map((each) => [{ variant: 'v', weight: 0, ranges: [each] }]);

    fc.assert(
      fc.property(fc.oneof(weighted, ranged), fc.string({ unit: 'binary' }), (allocations, unit) => {
        const split = { salt: 'salt', allocations };
        const [actual, expected] = [nativeSplit(split)(unit), compileSplit(split).pick(unit)];
        if (actual !== expected) throw new Error(`${actual} is not ${expected}`);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a rollout', () => {
  it('keeps every unit that is in when its share rises', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(1_000_000), fc.string({ minLength: 1 }), (a, b, unit) => {
        const [isIn, isInLater] = [Math.min(a, b), Math.max(a, b)].map((share) => rollout(share, unit));
        if (isIn === true && isInLater !== true) throw new Error(`${unit} falls out between ${a} and ${b}`);
      }),
      { numRuns: 500 },
    );
  });
});

function rollout(share: number, unit: string): boolean {
  const flag = {
    key: 'ramp',
    type: 'boolean',
    variants: [{ key: 'on', value: true }],
    enabled: true,
    rules: [{ key: 'ramp', serve: { kind: 'rollout', variant: 'on', share, salt: 'ramp' } }],
  };
  const rest = { organization: 'a', project: 'b', environment: 'c', segments: [], lists: [], layers: [], holdouts: [] };
  const snapshot = compileSnapshot({ format: 1, revision: 1, flags: [flag], ...rest });
  return snapshot.evaluate('ramp', { targetingKey: unit }).value === true;
}
