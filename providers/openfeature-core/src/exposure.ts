/** That an application read a flag's value for a unit of an experiment. */
export interface Exposure {
  readonly flag: string;
  readonly variant: string;
  readonly rule: string;
  readonly experiment: string;
  /** From 1. */
  readonly phase: number;
  /** Attribute path that held the unit, for example `targetingKey`. */
  readonly unitAttribute: string;
  readonly unit: string;
}

/** A unit's place in an experiment. */
export interface Assigned {
  readonly experiment: string;
  readonly phase: number;
  readonly unitAttribute: string;
  readonly unit: string;
}

/** The parts of a decision that exposures are made from. */
export interface AssignedDecision {
  readonly variant?: string | undefined;
  readonly rule?: string | undefined;
  readonly assignment?: Assigned | undefined;
  readonly passed?:
    | readonly { readonly rule: string; readonly variant: string; readonly assignment?: Assigned | undefined }[]
    | undefined;
}

const NONE: readonly Exposure[] = [];

/**
 * The exposures of reading a decision. Only an experiment's assignment is exposed: the one that decided, and those of
 * fall-through rules passed on the way. Plain splits, rollouts, targets and defaults have no experiment to analyse.
 */
export function exposuresOf(flag: string, decision: AssignedDecision): readonly Exposure[] {
  const { variant, rule, assignment, passed } = decision;
  const decided = assignment && variant ? exposureOf(flag, variant, rule ?? '', assignment) : undefined;
  if (!passed) return decided ? [decided] : NONE;
  const exposures = passed.flatMap((each) =>
    each.assignment ? [exposureOf(flag, each.variant, each.rule, each.assignment)] : [],
  );
  return decided ? [...exposures, decided] : exposures;
}

function exposureOf(flag: string, variant: string, rule: string, assigned: Assigned): Exposure {
  const { experiment, phase, unitAttribute, unit } = assigned;
  return { flag, variant, rule, experiment, phase, unitAttribute, unit };
}
