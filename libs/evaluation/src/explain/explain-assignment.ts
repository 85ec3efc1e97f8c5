import { compileSplit, unitOf, type CompiledSplit } from '../bucketing/index.js';
import { rolloutSplit } from '../compile/compile-serve.js';
import type { CompileScope } from '../compile/compile-scope.js';
import { experimentUnit, TARGETING_KEY } from '../evaluate/unit-attribute.js';
import type { BucketRange, Serve, ServeExperiment, Split } from '../model/index.js';
import type { StickySession } from '../sticky/sticky-session.js';
import type { ExplainedAssignment, ExplainedStage } from './explanation.js';

/** The numbers behind a serve that divides units; undefined for one that does not. */
export function explainAssignment(
  serve: Serve,
  flagKey: string,
  context: object,
  scope: CompileScope,
  session: StickySession | undefined,
): ExplainedAssignment | undefined {
  switch (serve.kind) {
    case 'variant':
    case 'callerDefault':
      return undefined;
    case 'split':
      return explainSplit(serve.split, flagKey, context, scope);
    case 'rollout':
      return explainSplit(rolloutSplit(serve), flagKey, context, scope);
    case 'experiment':
      return explainExperiment(serve, flagKey, context, scope, session);
  }
}

function explainSplit(split: Split, flagKey: string, context: object, scope: CompileScope): ExplainedAssignment {
  const unitAttribute = split.unit ?? TARGETING_KEY;
  const unit = unitOf(scope.reader(unitAttribute)(context), split.program?.coerce);
  const explained = compileSplit(split, flagKey).explain(unit);
  return { unitAttribute, unit, stages: [], split: explained, sticky: undefined };
}

function explainExperiment(
  serve: ServeExperiment,
  flagKey: string,
  context: object,
  scope: CompileScope,
  session: StickySession | undefined,
): ExplainedAssignment {
  const unitAttribute = experimentUnit(serve);
  const unit = unitOf(scope.reader(unitAttribute)(context), serve.split.program?.coerce);
  const sticky = serve.sticky && {
    materialization: serve.sticky.materialization,
    stored: unit === undefined ? undefined : session?.variantOf(serve.sticky.materialization, unit),
    intakePaused: serve.sticky.intakePaused ?? false,
  };
  const isKept = serve.split.allocations.some(({ variant }) => variant === sticky?.stored);
  if (isKept || sticky?.intakePaused === true) return { unitAttribute, unit, stages: [], split: undefined, sticky };
  const stages = unit === undefined ? [] : explainStages(serve, unit, scope);
  const isOut = stages.some(({ passed }) => !passed);
  const split = isOut ? undefined : compileSplit(serve.split, flagKey).explain(unit);
  return { unitAttribute, unit, stages, split, sticky };
}

function explainStages(
  { holdouts = [], layer: layerKey, ranges = [] }: ServeExperiment,
  unit: string,
  scope: CompileScope,
): readonly ExplainedStage[] {
  const stages: ExplainedStage[] = [];
  for (const key of holdouts) {
    const holdout = scope.holdout(key);
    const salt = holdout && scope.layer(holdout.layer)?.salt;
    if (holdout === undefined || salt === undefined) continue;
    const stage = explainStage('holdout', key, salt, holdout.ranges, unit);
    stages.push(stage);
    if (!stage.passed) return stages;
  }
  const salt = layerKey === undefined ? undefined : scope.layer(layerKey)?.salt;
  if (layerKey !== undefined && salt !== undefined) stages.push(explainStage('layer', layerKey, salt, ranges, unit));
  return stages;
}

function explainStage(
  kind: 'holdout' | 'layer',
  key: string,
  salt: string,
  ranges: readonly BucketRange[],
  unit: string,
): ExplainedStage {
  const compiled: CompiledSplit = compileSplit({ salt, allocations: [{ variant: '', weight: 0, ranges }] });
  const { picked, split } = compiled.explain(unit);
  const passed = picked >= 0 === (kind === 'layer');
  return { kind, key, salt, bucket: split?.bucket, range: split?.range, passed };
}
