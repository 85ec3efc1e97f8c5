import { assignment } from '@sortition/contracts';
import type { Decision, ExperimentAssignment, Reason } from '@sortition/evaluation';

const REASONS: Readonly<Record<Reason, assignment.Reason>> = {
  STATIC: assignment.Reason.STATIC,
  DEFAULT: assignment.Reason.DEFAULT,
  TARGETING_MATCH: assignment.Reason.TARGETING_MATCH,
  SPLIT: assignment.Reason.SPLIT,
  DISABLED: assignment.Reason.DISABLED,
  ERROR: assignment.Reason.ERROR,
};

const NONE: readonly assignment.PassedAssignment[] = [];

/** The message form of a decision. */
export function decisionMessage(flag: string, decision: Decision): assignment.Decision {
  return {
    flag,
    value: decision.value,
    variant: decision.variant ?? '',
    reason: REASONS[decision.reason],
    rule: decision.rule ?? '',
    errorCode: decision.errorCode ?? '',
    errorMessage: decision.errorMessage ?? '',
    assignment: decision.assignment,
    passed: decision.passed?.map((passed) => ({ ...passed, assignment: messageOf(passed.assignment) })) ?? NONE,
    metadata: decision.metadata,
  };
}

function messageOf(assigned: ExperimentAssignment | undefined): assignment.Assignment | undefined {
  return assigned && { ...assigned };
}
