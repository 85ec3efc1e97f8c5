import type { Holdout, Layer, Rule, Schedule, ServeExperiment, Split } from '@sortition/evaluation';

import type { Findings, FractionalVersion } from './untranslatable-flags.js';
import { and, different, type Logic, not, or } from './json-logic.js';
import { translateAttribute } from './translate-attribute.js';
import { type ConditionReferences, translateCondition } from './translate-condition.js';
import { fractionalOf, isInBuckets, translateSplit } from './translate-shares.js';
import { ERROR_VARIANTS, isUnit, unitError } from './translate-unit.js';

/** What rules may refer to. */
export interface RuleReferences extends ConditionReferences {
  /** Whether the evaluator hashes a unit as the platform does. */
  isHashedAlike(unitAttribute: string, version: FractionalVersion): Logic;
  layer(key: string): Layer | undefined;
  holdout(key: string): Holdout | undefined;
}

/** When a branch decides, and the variant that it then gives; null is the application's default. */
export interface Branch {
  readonly when: Logic;
  readonly variant: Logic;
}

const TARGETING_KEY = 'targetingKey';
const MS_PER_SECOND = 1_000;

/**
 * A rule as branches, tried in order. A fall-through rule has none: it changes no variant, and flagd records no
 * exposures.
 */
export function translateRule(rule: Rule, references: RuleReferences, findings: Findings): readonly Branch[] {
  const { condition, schedule, serve, fallThrough = false } = rule;
  if (serve.kind === 'experiment' && serve.sticky) findings.note('STICKY', 'flagd keeps no assignments.');
  if (fallThrough) return [];
  const { holds, isUndecided } = condition
    ? translateCondition(condition, references, findings)
    : { holds: true, isUndecided: false };
  const isActive = schedule ? translateSchedule(schedule, findings) : true;
  const applies = and(isActive, holds);
  const undecided = and(isActive, isUndecided);
  const before = undecided === false ? [] : [{ when: undecided, variant: ERROR_VARIANTS.incomparableVersion }];
  return [...before, ...translateServe(serve, applies, references, findings)];
}

function translateServe(
  serve: Rule['serve'],
  applies: Logic,
  references: RuleReferences,
  findings: Findings,
): readonly Branch[] {
  switch (serve.kind) {
    case 'variant':
      return [{ when: applies, variant: serve.variant }];
    case 'callerDefault':
      return [{ when: applies, variant: null }];
    case 'split':
      return divided(applies, serve.split, serve.split.unit, () => [], references, findings);
    case 'rollout': {
      const allocations = [{ variant: serve.variant, weight: serve.share }];
      return divided(applies, { salt: serve.salt, allocations }, serve.unit, () => [], references, findings);
    }
    case 'experiment': {
      const stages = (unit: Logic): readonly Logic[] => layerStages(serve, unit, references, findings);
      return divided(applies, serve.split, serve.unit ?? serve.split.unit, stages, references, findings);
    }
  }
}

/** A split as one branch: an error without a unit; else the variant of the unit, if all stages before take it in. */
function divided(
  applies: Logic,
  split: Split,
  unitAttribute: string | undefined,
  stages: (unit: Logic) => readonly Logic[],
  references: RuleReferences,
  findings: Findings,
): readonly Branch[] {
  const name = unitAttribute ?? TARGETING_KEY;
  const unit = translateAttribute(name, findings);
  const { variant, gates } = translateSplit(split, unit, findings);
  const isPresent = name === TARGETING_KEY ? true : different(unit, null);
  const valid = isUnit(unit);
  const takesPart = and(...stages(unit), ...gates, variant);
  const alike = references.isHashedAlike(name, fractionalOf(split.program) ?? 2);
  return [
    {
      when: and(applies, isPresent, or(not(valid), not(alike), takesPart)),
      variant: { if: [valid, { if: [alike, variant, ERROR_VARIANTS.hashedOtherwise] }, unitError(unit)] },
    },
  ];
}

function layerStages(
  { holdouts = [], layer, ranges = [] }: ServeExperiment,
  unit: Logic,
  references: RuleReferences,
  findings: Findings,
): readonly Logic[] {
  const stages: Logic[] = [];
  for (const key of holdouts) {
    const holdout = references.holdout(key);
    const salt = holdout && references.layer(holdout.layer)?.salt;
    if (salt !== undefined) stages.push(not(isInBuckets(salt, holdout?.ranges ?? [], unit, findings)));
  }
  const salt = layer === undefined ? undefined : references.layer(layer)?.salt;
  if (salt !== undefined) stages.push(isInBuckets(salt, ranges, unit, findings));
  return stages;
}

/** flagd's clock counts whole seconds. */
function translateSchedule({ startsAt, endsAt }: Schedule, findings: Findings): Logic {
  if ([startsAt, endsAt].some((at) => at !== undefined && at % MS_PER_SECOND !== 0)) {
    return findings.note('SCHEDULE', "flagd's clock counts whole seconds.");
  }
  const now: Logic = { var: '$flagd.timestamp' };
  return and(
    startsAt === undefined ? true : { '>=': [now, startsAt / MS_PER_SECOND] },
    endsAt === undefined ? true : { '<': [now, endsAt / MS_PER_SECOND] },
  );
}
