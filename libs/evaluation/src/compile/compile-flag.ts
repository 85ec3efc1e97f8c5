import { compileCondition } from '../conditions/compile-condition.js';
import type { CompiledFlag, CompiledPrerequisite, CompiledRule, CompiledTargets } from '../evaluate/compiled-flag.js';
import { decisionOf } from '../evaluate/decisions.js';
import type { Decision, Flag, Rule, Target } from '../model/index.js';
import type { CompileScope } from './compile-scope.js';
import { compileServe } from './compile-serve.js';
import type { ItemId } from './item-id.js';
import { TARGETING_KEY } from '../evaluate/unit-attribute.js';

const NONE: readonly never[] = Object.freeze([]);

/** Compiles a parsed flag that refers to `references`. What it refers to must be compiled already. */
export function compileFlag(flag: Flag, references: readonly ItemId[], scope: CompileScope): CompiledFlag {
  const prerequisites = compilePrerequisites(flag, scope);
  const targets = compileTargets(flag, scope);
  const rules = flag.rules.length === 0 ? NONE : flag.rules.map((rule) => compileRule(flag, rule, scope));
  const otherwise = decisionOf(flag, flag.defaultVariant, 'DEFAULT');
  const canVary = prerequisites.length > 0 || targets.length > 0;
  return {
    source: flag,
    references,
    fixed: flag.enabled ? (canVary ? undefined : unconditional(flag, rules, otherwise)) : offDecision(flag),
    prerequisites,
    targets,
    rules,
    index: scope.kit.index(flag, (path) => scope.reader(path)),
    isSticky: flag.rules.some(isSticky) || prerequisites.some((prerequisite) => prerequisite.flag.isSticky),
    off: prerequisites.length > 0 ? offDecision(flag) : undefined,
    otherwise,
  };
}

function offDecision(flag: Flag): Decision {
  return decisionOf(flag, flag.offVariant, 'DISABLED');
}

/** The decision that every context gets at any time, when there is one. */
function unconditional(flag: Flag, rules: readonly CompiledRule[], otherwise: Decision): Decision | undefined {
  const [first] = rules;
  if (first === undefined) {
    return otherwise.variant === undefined ? otherwise : decisionOf(flag, otherwise.variant, 'STATIC');
  }
  if (first.test !== undefined || first.schedule !== undefined || first.isFallThrough) return undefined;
  if (typeof first.serve === 'function') return undefined;
  return first.serve.variant === undefined ? first.serve : decisionOf(flag, first.serve.variant, 'STATIC', first.key);
}

function compilePrerequisites({ prerequisites }: Flag, scope: CompileScope): readonly CompiledPrerequisite[] {
  if (prerequisites === undefined) return NONE;
  return prerequisites.flatMap((prerequisite) => {
    const flag = scope.items.flags.get(prerequisite.flag);
    return flag === undefined ? [] : [{ flag, variants: prerequisite.variants }];
  });
}

/** Groups neighbours with the same attribute, so that the first target that names a unit still wins. */
function compileTargets(flag: Flag, scope: CompileScope): readonly CompiledTargets[] {
  if (flag.targets === undefined) return NONE;
  const groups: { attribute: string; decisions: Map<string, Decision> }[] = [];
  for (const target of flag.targets) {
    const attribute = target.attribute ?? TARGETING_KEY;
    const last = groups.at(-1);
    if (last?.attribute === attribute) addUnits(flag, target, last.decisions);
    else groups.push({ attribute, decisions: addUnits(flag, target, new Map()) });
  }
  return groups.map(({ attribute, decisions }) => ({ attribute, read: scope.reader(attribute), decisions }));
}

function addUnits(flag: Flag, { variant, units }: Target, decisions: Map<string, Decision>): Map<string, Decision> {
  const decision = decisionOf(flag, variant, 'TARGETING_MATCH');
  for (const unit of units) if (!decisions.has(unit)) decisions.set(unit, decision);
  return decisions;
}

function compileRule(flag: Flag, rule: Rule, scope: CompileScope): CompiledRule {
  const { key, condition, schedule, fallThrough = false } = rule;
  const test = condition && compileCondition(condition, scope);
  return {
    key,
    schedule,
    // A sticky experiment looks at its condition itself: a stored assignment may outlive it.
    test: isSticky(rule) ? undefined : test,
    serve: compileServe(flag, rule, test, scope),
    isFallThrough: fallThrough,
  };
}

function isSticky({ serve }: Rule): boolean {
  return serve.kind === 'experiment' && serve.sticky !== undefined;
}
