import type { Split } from '@sortition/evaluation';
import { instantOfDateOrTimestamp } from '@sortition/kernel';

import { invalidArgument } from './admin-errors.js';
import type { DeclaredRule, DeclaredSplit } from './declaration.js';
import { bucketsOf, declaredShares, percentOf, weightsOf } from './declared-shares.js';
import type { ConfiguredRule, ConfiguredServe } from './flag-configuration.js';

/**
 * A declared rule as configured; a salt that is not declared stays empty, to be filled in.
 *
 * @param before the rule of the same key as configured until now.
 */
export function configuredRule(rule: DeclaredRule, before: ConfiguredRule | undefined, at: string): ConfiguredRule {
  const { key, condition, schedule, fallThrough } = rule;
  return {
    key,
    ...(condition && { condition }),
    ...(schedule && {
      schedule: {
        ...(schedule.start !== undefined && { startsAt: timeOf(schedule.start, `${at}.schedule.start`) }),
        ...(schedule.end !== undefined && { endsAt: timeOf(schedule.end, `${at}.schedule.end`) }),
      },
    }),
    ...(fallThrough === true && { fallThrough }),
    serve: configuredServe(rule, before?.serve),
  };
}

export function declaredRule({ key, condition, schedule, fallThrough, serve }: ConfiguredRule): DeclaredRule {
  return {
    key,
    ...(condition && { condition }),
    ...(schedule && {
      schedule: {
        ...(schedule.startsAt !== undefined && { start: new Date(schedule.startsAt).toISOString() }),
        ...(schedule.endsAt !== undefined && { end: new Date(schedule.endsAt).toISOString() }),
      },
    }),
    ...(fallThrough === true && { fallThrough }),
    ...declaredServe(serve),
  };
}

function configuredServe(rule: DeclaredRule, before: ConfiguredServe | undefined): ConfiguredServe {
  const { variant, split, rollout, experiment } = rule;
  if (variant !== undefined) return { kind: 'variant', variant };
  if (split)
    return { kind: 'split', split: configuredSplit(split, before?.kind === 'split' ? before.split : undefined) };
  if (rollout) {
    const { percent, salt = '', ...rest } = rollout;
    return { kind: 'rollout', ...rest, share: bucketsOf(percent), salt };
  }
  if (experiment !== undefined) return { kind: 'experiment', experiment };
  return { kind: 'callerDefault' };
}

function configuredSplit(
  { salt = '', variants, allocations = [], ...rest }: DeclaredSplit,
  before: Split | undefined,
): Split {
  return { ...rest, salt, allocations: variants ? weightsOf(variants, before?.allocations ?? []) : allocations };
}

function declaredServe(serve: ConfiguredServe): Partial<DeclaredRule> {
  switch (serve.kind) {
    case 'variant':
      return { variant: serve.variant };
    case 'callerDefault':
      return { callerDefault: true };
    case 'split': {
      const { allocations, ...split } = serve.split;
      const isNative = !split.program && !split.gates && allocations.every(({ ranges }) => !ranges);
      return { split: { ...split, ...(isNative ? { variants: declaredShares(allocations) } : { allocations }) } };
    }
    case 'rollout': {
      const { variant, share, salt, unit } = serve;
      return { rollout: { variant, percent: percentOf(share), salt, ...(unit !== undefined && { unit }) } };
    }
    case 'experiment':
      return { experiment: serve.experiment };
  }
}

function timeOf(text: string, field: string): number {
  const time = instantOfDateOrTimestamp(text);
  if (Number.isNaN(time)) throw invalidArgument(field, text, 'must be a time of RFC 3339 such as 2026-01-31T12:00:00Z');
  return time;
}
