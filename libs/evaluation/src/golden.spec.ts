import { describe, expect, it } from '@jest/globals';
import { evaluationVectors } from '@sortition/testing';

import { compileSnapshot } from './index.js';
import { standardOperators } from './operators/index.js';

describe.each(evaluationVectors().map((suite) => [suite.name, suite] as const))('golden vectors, %s', (_, suite) => {
  const snapshot = compileSnapshot(suite.snapshot, { operators: standardOperators });

  it.each(suite.cases.map((example) => [example.name, example] as const))(
    '%s',
    (__, { flag, context, now, expected }) => {
      const options = now === undefined ? {} : { now };
      const { errorMessage, ...decision } = snapshot.evaluate(flag, context, options);
      expect(present(decision)).toEqual(expected);
      expect(errorMessage === undefined).toBe(expected.errorCode === undefined);
    },
  );
});

/** The fields that are not undefined. */
function present(decision: object): object {
  return Object.fromEntries(Object.entries(decision).filter(([, value]) => value !== undefined));
}
