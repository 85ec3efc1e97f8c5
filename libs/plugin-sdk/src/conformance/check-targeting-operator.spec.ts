import { describe, expect, it } from '@jest/globals';

import { defineTargetingOperator, type TargetingOperator } from '../targeting-operator.js';
import { checkTargetingOperator } from './check-targeting-operator.js';

const officeHours = defineTargetingOperator<{ readonly from: number; readonly to: number }>({
  name: 'acme.officeHours',
  parse: (args) => {
    const { from, to } = args as { from: number; to: number };
    if (typeof from !== 'number' || typeof to !== 'number') throw new TypeError('needs from and to, hours of the day');
    return { from, to };
  },
  matches: ({ from, to }, { hour }) => typeof hour === 'number' && hour >= from && hour < to,
  examples: [
    { arguments: { from: 9, to: 17 }, context: { hour: 9 }, matches: true },
    { arguments: { from: 9, to: 17 }, context: { hour: 17 }, matches: false },
  ],
});

const problemsOf = (change: Partial<TargetingOperator>): readonly string[] =>
  checkTargetingOperator({ ...officeHours, ...change }).flatMap(({ rule, problem }) =>
    problem === undefined ? [] : [`${rule}: ${problem}`],
  );

describe('the conformance of targeting operators', () => {
  it('is kept by one that does what its examples say', () => {
    expect(problemsOf({})).toEqual([]);
  });

  it.each<[string, Partial<TargetingOperator>, string]>([
    ['a name without a namespace', { name: 'hours' as 'acme.hours' }, 'its name is "hours"'],
    ['no examples', { examples: [] }, 'it has 0 examples'],
    ['an example that is decided otherwise', { matches: () => true }, 'example 2: it says false'],
    ['chance', { matches: () => Math.random() < 0.5 }, 'example 1'],
    [
      'writing into the context',
      {
        matches: (_, context) => {
          (context as Record<string, unknown>)['seen'] = true;
          return context['hour'] === 9;
        },
      },
      'it throws when they are frozen',
    ],
    [
      'trust in the type of an attribute',
      { matches: (_, { hour }) => (hour as number).toFixed(0) === '9' },
      'it throws for {}',
    ],
    [
      'an outcome that is neither true nor false',
      { matches: (_, { hour }) => (hour === 17 ? false : hour === 9 || (hour as boolean)) },
      'it gives undefined for {}',
    ],
    [
      'arguments that are taken unread',
      { parse: (args) => args, matches: (args, { hour }) => hour === (args as { from: number }).from },
      'parse(undefined) passes',
    ],
  ])('is not kept by %s', (_what, change, problem) => {
    expect(problemsOf(change).join('\n')).toContain(problem);
  });
});
