import { UNIT_MISSING, unitOf } from '../bucketing/index.js';
import type { Test } from '../conditions/test.js';
import { decisionOf, unitMissing } from '../evaluate/decisions.js';
import type { CompiledServe, ServeUnit } from '../evaluate/compiled-flag.js';
import type { Flag, Rule, ServeRollout, Split } from '../model/index.js';
import { serveExperiment } from './compile-experiment.js';
import { splitDecisions } from './split-decisions.js';
import type { CompileScope } from './compile-scope.js';
import { skipsMissingUnit, TARGETING_KEY } from '../evaluate/unit-attribute.js';

/** Compiles what a rule serves. `test` is the rule's condition, which a sticky experiment looks at itself. */
export function compileServe(flag: Flag, rule: Rule, test: Test | undefined, scope: CompileScope): CompiledServe {
  const { serve } = rule;
  switch (serve.kind) {
    case 'variant':
      return decisionOf(flag, serve.variant, 'TARGETING_MATCH', rule.key);
    case 'callerDefault':
      return decisionOf(flag, undefined, 'DEFAULT', rule.key);
    case 'split':
      return serveSplit(flag, rule, serve.split, scope);
    case 'rollout':
      return serveSplit(flag, rule, rolloutSplit(serve), scope);
    case 'experiment':
      return serveExperiment(flag, rule, serve, test, scope);
  }
}

/** A rollout as the split that it is: one variant that owns the first `share` buckets. */
export function rolloutSplit({ salt, unit, variant, share }: ServeRollout): Split {
  return { salt, ...(unit === undefined ? {} : { unit }), allocations: [{ variant, weight: share }] };
}

function serveSplit(flag: Flag, rule: Rule, split: Split, scope: CompileScope): ServeUnit {
  const { unit: attribute = TARGETING_KEY } = split;
  const read = scope.reader(attribute);
  const pick = scope.kit.pick(split, flag.key);
  const decisions = splitDecisions(flag, rule, split);
  const coercion = split.program?.coerce;
  return (context) => {
    const value = read(context);
    const picked = pick(typeof value === 'string' ? value : unitOf(value, coercion));
    if (picked >= 0) return decisions[picked];
    return picked === UNIT_MISSING && !skipsMissingUnit(attribute, value, split)
      ? unitMissing(flag, rule.key, attribute, value)
      : undefined;
  };
}
