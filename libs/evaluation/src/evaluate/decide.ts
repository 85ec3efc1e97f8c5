import { unitOf } from '../bucketing/index.js';
import { OperatorFailure } from '../conditions/operator.js';
import type { Decision, PassedAssignment, Schedule } from '../model/index.js';
import type { StickySession } from '../sticky/sticky-session.js';
import type { CompiledFlag, CompiledPrerequisite, CompiledTargets } from './compiled-flag.js';

/**
 * Decides a flag: prerequisites, targets, rules in order, default. Throws only what reading the context throws, and
 * NEEDS_LOOKUP when a sticky rule is reached without a session.
 *
 * @param now milliseconds since the Unix epoch; NaN when unknown, and then no scheduled rule is active.
 */
export function decide(flag: CompiledFlag, context: object, now: number, session: StickySession | undefined): Decision {
  if (flag.fixed !== undefined) return flag.fixed;
  if (flag.off !== undefined && !prerequisitesHold(flag.prerequisites, context, now, session)) return flag.off;
  if (flag.targets.length > 0) {
    const decision = targeted(flag.targets, context);
    if (decision !== undefined) return decision;
  }
  return decideByRules(flag, context, now, session);
}

/** Whether the schedule holds at a time. Unknown time: never. */
export function isActive({ startsAt = -Infinity, endsAt = Infinity }: Schedule, now: number): boolean {
  return now >= startsAt && now < endsAt;
}

/** Whether what the prerequisite's flag serves is one of the variants that it asks for. */
export function prerequisiteHolds({ variants }: CompiledPrerequisite, { variant }: Decision): boolean {
  return variant !== undefined && variants.includes(variant);
}

function prerequisitesHold(
  prerequisites: readonly CompiledPrerequisite[],
  context: object,
  now: number,
  session: StickySession | undefined,
): boolean {
  for (const prerequisite of prerequisites) {
    if (!prerequisiteHolds(prerequisite, decide(prerequisite.flag, context, now, session))) return false;
  }
  return true;
}

/** The decision of the first target that names the context's unit. */
function targeted(targets: readonly CompiledTargets[], context: object): Decision | undefined {
  for (const { read, decisions } of targets) {
    const unit = unitOf(read(context));
    const decision = unit === undefined ? undefined : decisions.get(unit);
    if (decision !== undefined) return decision;
  }
  return undefined;
}

function decideByRules(flag: CompiledFlag, context: object, now: number, session: StickySession | undefined): Decision {
  let passed: readonly PassedAssignment[] | undefined;
  let failure: string | undefined;
  const { rules, index } = flag;
  for (let position = 0; position < rules.length; position += 1) {
    if (index !== undefined) position = index(context, position);
    const rule = rules[position];
    if (rule === undefined) break;
    if (rule.schedule !== undefined && !isActive(rule.schedule, now)) continue;
    let decision: Decision | undefined;
    try {
      if (rule.test !== undefined && !rule.test(context)) continue;
      decision = typeof rule.serve === 'function' ? rule.serve(context, session) : rule.serve;
    } catch (error) {
      if (!(error instanceof OperatorFailure)) throw error;
      failure ??= operatorFailed(error, rule);
      continue;
    }
    if (decision === undefined) continue;
    if (!rule.isFallThrough) return noted(decision, passed, failure);
    passed = withPassed(passed, rule, decision);
  }
  return noted(flag.otherwise, passed, failure);
}

/** What a decision says about a rule whose operator threw. */
export function operatorFailed({ operator }: OperatorFailure, { key }: { readonly key: string }): string {
  return `Operator "${operator}" failed in rule "${key}", which therefore does not match.`;
}

/** Adds the assignment of a fall-through rule; a rule that could not assign adds none. */
export function withPassed(
  passed: readonly PassedAssignment[] | undefined,
  { key }: { readonly key: string },
  { variant, assignment }: Decision,
): readonly PassedAssignment[] | undefined {
  if (variant === undefined) return passed;
  return [...(passed ?? []), { rule: key, variant, assignment }];
}

/** The decision with what happened on the way. A failed operator turns its reason into ERROR; its value stands. */
export function noted(
  decision: Decision,
  passed: readonly PassedAssignment[] | undefined,
  failure: string | undefined,
): Decision {
  if (passed === undefined && failure === undefined) return decision;
  if (failure === undefined || decision.errorCode !== undefined) return { ...decision, passed };
  return { ...decision, passed, reason: 'ERROR', errorMessage: failure };
}
