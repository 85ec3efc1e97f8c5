import { describe, expect, it } from '@jest/globals';
import { evaluationVectors, type EvaluationCase } from '@sortition/testing';

import { compileSnapshot, explain, type CompiledSnapshot, type Decided } from './index.js';
import { standardOperators } from './operators/index.js';

describe.each(evaluationVectors().map((suite) => [suite.name, suite] as const))('golden vectors, %s', (_, suite) => {
  const snapshot = compileSnapshot(suite.snapshot, { operators: standardOperators });

  it.each(suite.cases.map((example) => [example.name, example] as const))('%s', (__, example) => {
    const { decision, writes } = decided(snapshot, example);
    const { errorMessage, ...rest } = decision;
    expect(present(rest)).toEqual(example.expected);
    expect(errorMessage === undefined).toBe(example.expected.errorCode === undefined);
    if (example.writes !== undefined) expect(writes).toEqual(example.writes);
  });

  it('are explained with the same decisions', () => {
    for (const example of suite.cases) {
      const { flag, context, now, stored: records } = example;
      const options = { ...(now === undefined ? {} : { now }), ...(records === undefined ? {} : { records }) };
      expect(explain(snapshot, flag, context, options).decision).toEqual(decided(snapshot, example).decision);
    }
  });
});

/** In two steps when the case has stored assignments, else at once. */
function decided(snapshot: CompiledSnapshot, { flag, context, now, stored }: EvaluationCase): Decided {
  const options = now === undefined ? {} : { now };
  if (stored === undefined) return { kind: 'decided', decision: snapshot.evaluate(flag, context, options), writes: [] };
  const step = snapshot.begin(flag, context, options);
  return step.kind === 'decided' ? step : snapshot.finish(flag, context, stored, options);
}

/** The fields that are not undefined. */
function present(decision: object): object {
  return Object.fromEntries(Object.entries(decision).filter(([, value]) => value !== undefined));
}
