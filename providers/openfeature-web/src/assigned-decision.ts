import type { Assigned, AssignedDecision } from '@sortition/openfeature-core';

import type { FlagAnswer } from './bulk-answer.js';

type Passed = NonNullable<AssignedDecision['passed']>[number];

/** Reads what an exposure needs from the metadata that the platform sends with a client's evaluations. */
export function assignedDecision({ variant, metadata = {} }: FlagAnswer): AssignedDecision {
  const of = (name: string): unknown => metadata[`sortition.${name}`];
  const passed = of('passed');
  return {
    variant,
    rule: of('rule') as string | undefined,
    assignment: of('experiment') === undefined ? undefined : assigned(of),
    passed: typeof passed === 'string' ? readPassed(passed) : undefined,
  };
}

function assigned(of: (name: string) => unknown): Assigned {
  return {
    experiment: String(of('experiment')),
    phase: Number(of('phase')),
    unitAttribute: String(of('unitAttribute')),
    unit: String(of('unit')),
  };
}

function readPassed(json: string): Passed[] {
  return (JSON.parse(json) as (Assigned & Omit<Passed, 'assignment'>)[]).map(({ rule, variant, ...assignment }) => ({
    rule,
    variant,
    assignment,
  }));
}
