import type { Condition, Split } from '@sortition/evaluation';

import { bucketsOf, percentOf } from '../declared-shares.js';
import {
  allocationsOf,
  declaredAllocations,
  declaredProgram,
  type DeclaredDivision,
  programOf,
} from '../declared-split.js';
import { declaredTime, timeOf } from '../declared-time.js';
import type { ConfiguredRule, ConfiguredServe } from './flag-configuration.js';

/** Exactly one of variant, callerDefault, split, rollout and experiment says what it serves. */
export interface DeclaredRule {
  readonly key: string;
  readonly condition?: Condition;
  /** RFC 3339. */
  readonly schedule?: { readonly start?: string; readonly end?: string };
  readonly fallThrough?: boolean;
  readonly variant?: string;
  readonly callerDefault?: true;
  readonly split?: DeclaredSplit;
  readonly rollout?: {
    readonly variant: string;
    readonly percent: number;
    readonly salt?: string;
    readonly unit?: string;
  };
  readonly experiment?: string;
}

/** A division of units with its salt. */
export interface DeclaredSplit extends DeclaredDivision {
  readonly salt?: string;
  readonly unit?: string;
}

/** What a declared rule depends on beside itself. */
export interface RuleContext {
  /** The rule of the same key as configured until now. */
  readonly before: ConfiguredRule | undefined;
  /** Keys of the flag's variants. */
  readonly variants: readonly string[];
  /** Path of the rule in the declaration, for errors. */
  readonly at: string;
}

/** A declared rule as configured; a salt that is not declared stays empty, to be filled in. */
export function configuredRule(rule: DeclaredRule, context: RuleContext): ConfiguredRule {
  const { key, condition, schedule, fallThrough } = rule;
  const { at } = context;
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
    serve: configuredServe(rule, context),
  };
}

export function declaredRule({ key, condition, schedule, fallThrough, serve }: ConfiguredRule): DeclaredRule {
  return {
    key,
    ...(condition && { condition }),
    ...(schedule && {
      schedule: {
        ...(schedule.startsAt !== undefined && { start: declaredTime(schedule.startsAt) }),
        ...(schedule.endsAt !== undefined && { end: declaredTime(schedule.endsAt) }),
      },
    }),
    ...(fallThrough === true && { fallThrough }),
    ...declaredServe(serve),
  };
}

function configuredServe(rule: DeclaredRule, context: RuleContext): ConfiguredServe {
  const { variant, split, rollout, experiment } = rule;
  if (variant !== undefined) return { kind: 'variant', variant };
  if (split) return { kind: 'split', split: configuredSplit(split, context) };
  if (rollout) {
    const { percent, salt = '', ...rest } = rollout;
    return { kind: 'rollout', ...rest, share: bucketsOf(percent), salt };
  }
  if (experiment !== undefined) return { kind: 'experiment', experiment };
  return { kind: 'callerDefault' };
}

function configuredSplit(declared: DeclaredSplit, { before, variants, at }: RuleContext): Split {
  const { salt = '', unit, gates = [] } = declared;
  const program = declared.program && programOf(declared.program);
  const allocations = allocationsOf(declared, {
    before: before?.serve.kind === 'split' ? before.serve.split.allocations : [],
    variants,
    mustFill: false,
    at: `${at}.split.variants`,
  });
  return {
    ...(program && { program }),
    salt,
    ...(unit !== undefined && { unit }),
    ...(gates.length > 0 && { gates }),
    allocations,
  };
}

function declaredServe(serve: ConfiguredServe): Partial<DeclaredRule> {
  switch (serve.kind) {
    case 'variant':
      return { variant: serve.variant };
    case 'callerDefault':
      return { callerDefault: true };
    case 'split': {
      const { allocations: _, program, ...split } = serve.split;
      const declared = program && { program: declaredProgram(program) };
      return { split: { ...split, ...declared, ...declaredAllocations(serve.split) } };
    }
    case 'rollout': {
      const { variant, share, salt, unit } = serve;
      return { rollout: { variant, percent: percentOf(share), salt, ...(unit !== undefined && { unit }) } };
    }
    case 'experiment':
      return { experiment: serve.experiment };
  }
}
