import { unitOf } from '../bucketing/index.js';
import { CompileScope } from '../compile/compile-scope.js';
import type { CompiledSnapshot, EvaluateOptions } from '../compile/compiled-snapshot.js';
import type { CompiledFlag, CompiledRule } from '../evaluate/compiled-flag.js';
import { isActive, noted, operatorFailed, prerequisiteHolds, withPassed } from '../evaluate/decide.js';
import { failedDecision, notFound } from '../evaluate/decisions.js';
import { OperatorFailure } from '../conditions/operator.js';
import type { Condition, Decision, PassedAssignment, Rule } from '../model/index.js';
import { quote } from '../parse/quote.js';
import type { StickyRecord } from '../sticky/sticky-record.js';
import { StickySession } from '../sticky/sticky-session.js';
import { explainAssignment } from './explain-assignment.js';
import { explainCondition } from './explain-condition.js';
import type {
  ExplainedAssignment,
  ExplainedCondition,
  ExplainedRule,
  ExplainedStep,
  Explanation,
  RuleOutcome,
} from './explanation.js';

export interface ExplainOptions extends EvaluateOptions {
  /** Stored assignments. Absent: as `evaluate`; present, even empty: as `finish`. */
  readonly records?: readonly StickyRecord[];
}

/** The same decision as `evaluate` (or `finish`, with records), with every step. Total, like them. */
export function explain(
  snapshot: CompiledSnapshot,
  flagKey: string,
  context?: object | null,
  options: ExplainOptions = {},
): Explanation {
  const { revision } = snapshot;
  const flag = snapshot.items.flags.get(flagKey);
  if (flag === undefined) {
    return { flag: flagKey, revision, decision: notFound(flagKey), steps: [{ kind: 'flag-not-found' }] };
  }
  const given: unknown = context ?? {};
  const walk = new ExplainedWalk(
    new CompileScope(snapshot.items, snapshot.kit),
    options.now ?? NaN,
    options.records && new StickySession(options.records),
  );
  const isContext = typeof given === 'object' && given !== null;
  const { decision, steps } = isContext ? walk.decide(flag, given) : stopped(flag, [], undefined);
  return { flag: flagKey, revision, decision, steps };
}

interface Walked {
  readonly decision: Decision;
  readonly steps: readonly ExplainedStep[];
}

/** Walks like `decide`, with the same compiled tests and serves, and writes down what it sees. */
class ExplainedWalk {
  constructor(
    private readonly scope: CompileScope,
    private readonly now: number,
    private readonly session: StickySession | undefined,
  ) {}

  decide(flag: CompiledFlag, context: object): Walked {
    const steps: ExplainedStep[] = [];
    try {
      return { decision: this.walk(flag, context, steps), steps };
    } catch (error) {
      return stopped(flag, steps, error);
    }
  }

  private walk(flag: CompiledFlag, context: object, steps: ExplainedStep[]): Decision {
    if (!flag.source.enabled && flag.fixed !== undefined) {
      steps.push({ kind: 'disabled' });
      return flag.fixed;
    }
    for (const prerequisite of flag.prerequisites) {
      const nested: ExplainedStep[] = [];
      const decision = this.walk(prerequisite.flag, context, nested);
      const held = prerequisiteHolds(prerequisite, decision);
      const { key } = prerequisite.flag.source;
      const { variants } = prerequisite;
      steps.push({ kind: 'prerequisite', flag: key, variants, served: decision.variant, held, steps: nested });
      if (!held && flag.off !== undefined) return flag.off;
    }
    return this.targeted(flag, context, steps) ?? this.ruled(flag, context, steps);
  }

  private targeted(flag: CompiledFlag, context: object, steps: ExplainedStep[]): Decision | undefined {
    for (const { attribute, decisions } of flag.targets) {
      const value = this.scope.reader(attribute)(context);
      const unit = unitOf(value);
      const decision = unit === undefined ? undefined : decisions.get(unit);
      steps.push({ kind: 'target', attribute, value: quote(value), variant: decision?.variant });
      if (decision !== undefined) return decision;
    }
    return undefined;
  }

  private ruled(flag: CompiledFlag, context: object, steps: ExplainedStep[]): Decision {
    let passed: readonly PassedAssignment[] | undefined;
    let failure: string | undefined;
    for (const [index, source] of flag.source.rules.entries()) {
      const rule = flag.rules[index];
      if (rule === undefined) continue;
      const { step, decision, failed } = this.rule(flag, source, rule, context);
      steps.push(step);
      failure ??= failed;
      if (decision === undefined) continue;
      if (!rule.isFallThrough) return flag.fixed ?? noted(decision, passed, failure);
      passed = withPassed(passed, rule, decision);
    }
    steps.push({ kind: 'default' });
    return flag.fixed ?? noted(flag.otherwise, passed, failure);
  }

  private rule(flag: CompiledFlag, source: Rule, rule: CompiledRule, context: object): WalkedRule {
    const { key, schedule } = source;
    const step = (outcome: RuleOutcome, matched: boolean): ExplainedRule => ({
      kind: 'rule',
      rule: key,
      outcome,
      schedule,
      condition: outcome === 'inactive' ? undefined : this.condition(source, context),
      assignment: matched ? this.assignment(flag, source, context) : undefined,
    });
    if (schedule !== undefined && !isActive(schedule, this.now)) return { step: step('inactive', false) };
    try {
      if (rule.test !== undefined && !rule.test(context)) return { step: step('condition-false', false) };
      const decision = typeof rule.serve === 'function' ? rule.serve(context, this.session) : rule.serve;
      if (decision === undefined) return { step: step('not-assigned', true) };
      return { step: step(rule.isFallThrough ? 'passed' : 'decided', true), decision };
    } catch (error) {
      if (!(error instanceof OperatorFailure)) throw error;
      return { step: step('operator-failed', false), failed: operatorFailed(error, rule) };
    }
  }

  private condition({ condition }: Rule, context: object): ExplainedCondition | undefined {
    if (condition === undefined) return undefined;
    const segmentOf = (key: string): Condition | undefined => this.scope.items.segments.get(key)?.condition;
    return readable(() => explainCondition(condition, context, this.scope, segmentOf));
  }

  private assignment(flag: CompiledFlag, { serve }: Rule, context: object): ExplainedAssignment | undefined {
    return readable(() => explainAssignment(serve, flag.source.key, context, this.scope, this.session));
  }
}

/** What an explanation reads beyond the decision is left out when the context does not let it. */
function readable<T>(explain: () => T): T | undefined {
  try {
    return explain();
  } catch {
    return undefined;
  }
}

interface WalkedRule {
  readonly step: ExplainedStep;
  readonly decision?: Decision | undefined;
  readonly failed?: string;
}

function stopped(flag: CompiledFlag, steps: readonly ExplainedStep[], error: unknown): Walked {
  const decision = flag.fixed ?? failedDecision(flag.source, error);
  return { decision, steps: [...steps, { kind: 'stopped', reason: decision.errorMessage ?? decision.reason }] };
}
