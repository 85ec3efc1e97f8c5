import { UNIT_MISSING, unitOf } from '../bucketing/index.js';
import type { Test } from '../conditions/test.js';
import type { ServeUnit } from '../evaluate/compiled-flag.js';
import { assigned, unitMissing } from '../evaluate/decisions.js';
import type { Decision, Flag, Rule, ServeExperiment, Split, Sticky } from '../model/index.js';
import { NEEDS_LOOKUP, type StickySession } from '../sticky/sticky-session.js';
import type { CompileScope } from './compile-scope.js';
import { nativeRanges, type PickAllocation } from './native-split.js';
import { splitDecisions } from './split-decisions.js';
import { experimentUnit, skipsMissingUnit } from '../evaluate/unit-attribute.js';

/** A stage before the split: a range of a layer that takes units in or, for a holdout, keeps them out. */
export interface LayerStage {
  readonly pick: PickAllocation;
  readonly takesIn: boolean;
}

/** Compiles audience (already the rule's condition), holdouts, layer and split, in this order. */
export function serveExperiment(
  flag: Flag,
  rule: Rule,
  serve: ServeExperiment,
  test: Test | undefined,
  scope: CompileScope,
): ServeUnit {
  const attribute = experimentUnit(serve);
  const read = scope.reader(attribute);
  const stages = layerStages(serve, scope);
  const pick = scope.kit.pick(serve.split, flag.key);
  const decisions = splitDecisions(flag, rule, serve.split);
  const { program, allocations } = serve.split;
  const isEmptyHashed = program?.emptyUnit === 'hash';
  const decisionFor = (decision: Decision | undefined, unit: string): Decision | undefined =>
    decision &&
    assigned(decision, { experiment: serve.experiment, phase: serve.phase, unitAttribute: attribute, unit });
  const bucketed = (unit: string): number => (passes(stages, unit) ? pick(unit) : -1);
  const withoutUnit = (value: unknown): Decision | undefined => {
    const picked = pick(undefined);
    if (picked >= 0) return decisions[picked];
    return picked === UNIT_MISSING && !skipsMissingUnit(attribute, value, serve.split)
      ? unitMissing(flag, rule.key, attribute, value)
      : undefined;
  };
  const unitIn = (value: unknown): string | undefined => {
    const unit = typeof value === 'string' ? value : unitOf(value, program?.coerce);
    return unit === '' && !isEmptyHashed ? undefined : unit;
  };
  if (serve.sticky === undefined) {
    return (context) => {
      const value = read(context);
      const unit = unitIn(value);
      return unit === undefined ? withoutUnit(value) : decisionFor(decisions[bucketed(unit)], unit);
    };
  }
  const { sticky } = serve;
  return (context, session) => {
    if (session === undefined) throw NEEDS_LOOKUP;
    const value = read(context);
    const unit = unitIn(value);
    const kept = unit === undefined ? -1 : keptVariant(sticky, unit, allocations, session);
    const isAudience = (kept >= 0 && sticky.ignoreCondition === true) || test === undefined || test(context);
    if (!isAudience) return undefined;
    if (unit === undefined) return sticky.intakePaused === true ? undefined : withoutUnit(value);
    if (kept >= 0) return decisionFor(decisions[kept], unit);
    if (sticky.intakePaused === true) return undefined;
    const decision = decisions[bucketed(unit)];
    if (decision?.variant !== undefined) session.assign(sticky.materialization, unit, decision.variant);
    return decisionFor(decision, unit);
  };
}

function layerStages(
  { holdouts = [], layer, ranges = [] }: ServeExperiment,
  scope: CompileScope,
): readonly LayerStage[] {
  const stages: LayerStage[] = [];
  for (const key of holdouts) {
    const holdout = scope.holdout(key);
    const salt = holdout && scope.layer(holdout.layer)?.salt;
    if (salt !== undefined) stages.push({ pick: nativeRanges(salt, holdout?.ranges ?? []), takesIn: false });
  }
  const salt = layer === undefined ? undefined : scope.layer(layer)?.salt;
  if (salt !== undefined) stages.push({ pick: nativeRanges(salt, ranges), takesIn: true });
  return stages;
}

function passes(stages: readonly LayerStage[], unit: string): boolean {
  for (const { pick, takesIn } of stages) {
    if (pick(unit) >= 0 !== takesIn) return false;
  }
  return true;
}

/** Index of the allocation of the variant that the unit keeps; -1 when it keeps none that still has an allocation. */
function keptVariant(
  { materialization }: Sticky,
  unit: string,
  allocations: Split['allocations'],
  session: StickySession,
): number {
  const kept = session.variantOf(materialization, unit);
  return kept === undefined ? -1 : allocations.findIndex(({ variant }) => variant === kept);
}
