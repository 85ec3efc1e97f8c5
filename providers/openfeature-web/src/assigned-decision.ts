import type { Assigned, AssignedDecision } from '@sortition/openfeature-core';

import type { FlagAnswer } from './bulk-answer.js';

type Passed = NonNullable<AssignedDecision['passed']>[number];

/** Reads what an exposure needs from the metadata that the platform sends with a client's evaluations. */
export function assignedDecision({ variant, metadata = {} }: FlagAnswer): AssignedDecision {
  const of = (name: string): unknown => metadata[`sortition.${name}`];
  const passed = of('passed') as string | undefined;
  const experiment = of('experiment') as string | undefined;
  return {
    variant,
    rule: of('rule') as string | undefined,
    assignment: experiment
      ? {
          experiment,
          phase: of('phase') as number,
          unitAttribute: of('unitAttribute') as string,
          unit: of('unit') as string,
        }
      : undefined,
    passed: passed ? readPassed(passed) : undefined,
  };
}

function readPassed(json: string): Passed[] {
  return (JSON.parse(json) as (Assigned & Omit<Passed, 'assignment'>)[]).map(({ rule, variant, ...assignment }) => ({
    rule,
    variant,
    assignment,
  }));
}
