import { describe, expect, it } from '@jest/globals';

import { type AssignedDecision, exposuresOf } from './exposure.js';

const assignment = { experiment: 'test', phase: 1, unitAttribute: 'targetingKey', unit: 'user-1' };

describe('exposuresOf', () => {
  it('exposes the assignment that decided, and those passed on the way before it', () => {
    const decision: AssignedDecision = {
      variant: 'b',
      rule: 'r1',
      assignment,
      passed: [
        { rule: 'r0', variant: 'a', assignment: { ...assignment, experiment: 'aa' } },
        { rule: 'plain', variant: 'a' },
      ],
    };

    expect(exposuresOf('flag', decision)).toEqual([
      { flag: 'flag', variant: 'a', rule: 'r0', ...assignment, experiment: 'aa' },
      { flag: 'flag', variant: 'b', rule: 'r1', ...assignment },
    ]);
  });

  it('exposes nothing without an experiment', () => {
    expect(exposuresOf('flag', { variant: 'b', rule: 'r1' })).toEqual([]);
  });
});
