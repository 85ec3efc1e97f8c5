import type { JsonObject, JsonValue } from '@sortition/kernel';

import type { Condition } from './condition.js';
import type { Split } from './split.js';

export type FlagType = 'boolean' | 'string' | 'number' | 'object';

/** What the numbers of a flag are in languages that tell integers from doubles. */
export type NumberType = 'integer' | 'double';

/** One flag with its configuration in one environment: all that an evaluation needs. */
export interface Flag {
  readonly key: string;
  readonly type: FlagType;
  /** Of a flag of type number. Absent, in flags that were written before it existed: see `numberTypeOf`. */
  readonly numberType?: NumberType;
  /** Named values, all of the flag's type, in the order in which people see them. At least one. */
  readonly variants: readonly Variant[];
  /** A disabled flag serves `offVariant`, or nothing (the caller's default), with reason DISABLED. */
  readonly enabled: boolean;
  /** Served when no target and no rule decides. Absent: the caller's default. */
  readonly defaultVariant?: string;
  /** Served while the flag is disabled or a prerequisite fails. Absent: the caller's default. */
  readonly offVariant?: string;
  /** All must hold before targets and rules are looked at. */
  readonly prerequisites?: readonly Prerequisite[];
  /** Units that always get a variant; checked before the rules, first match wins. */
  readonly targets?: readonly Target[];
  /** Ordered; the first rule that decides wins. */
  readonly rules: readonly Rule[];
  /** Whether credentials of kind `client` may see the flag's evaluated value. Default false. */
  readonly clientVisible?: boolean;
  /** JSON Schema (2020-12) of the variants of an object flag. Checked when written, never at evaluation. */
  readonly schema?: JsonObject;
  /** Returned with every decision. */
  readonly metadata?: Readonly<Record<string, string | number | boolean>>;
}

export interface Variant {
  readonly key: string;
  readonly value: JsonValue;
}

/** Holds when `flag` serves one of `variants` to the same context. */
export interface Prerequisite {
  readonly flag: string;
  readonly variants: readonly string[];
}

export interface Target {
  readonly variant: string;
  /** Attribute path that holds the unit. Default `targetingKey`. */
  readonly attribute?: string;
  readonly units: readonly string[];
}

export interface Rule {
  /** Stable within the flag; appears in exposures and explanations. */
  readonly key: string;
  /** Absent: matches every context. */
  readonly condition?: Condition;
  /** Absent: always active. Time is an argument of the evaluation. */
  readonly schedule?: Schedule;
  readonly serve: Serve;
  /** Record this rule's assignment as an exposure and go on to the next rule. Default false. */
  readonly fallThrough?: boolean;
}

/** Active in [startsAt, endsAt). Milliseconds since the Unix epoch. */
export interface Schedule {
  readonly startsAt?: number;
  readonly endsAt?: number;
}

/** What a matching rule does. */
export type Serve = ServeVariant | ServeCallerDefault | ServeSplit | ServeRollout | ServeExperiment;

export interface ServeVariant {
  readonly kind: 'variant';
  readonly variant: string;
}

/** Stop and let the caller's own default apply. */
export interface ServeCallerDefault {
  readonly kind: 'callerDefault';
}

/** Divide units among variants. A unit whose bucket no range owns goes on to the next rule. */
export interface ServeSplit {
  readonly kind: 'split';
  readonly split: Split;
}

/** One variant for a growing share of units; raising the share never moves a unit already in. */
export interface ServeRollout {
  readonly kind: 'rollout';
  readonly variant: string;
  /** Buckets of 1,000,000 that are in, counted from 0. */
  readonly share: number;
  readonly salt: string;
  /** Attribute path that holds the unit. Default `targetingKey`. */
  readonly unit?: string;
}

/** Audience (the rule's condition), then holdouts, then the layer allocation, then the variant split. */
export interface ServeExperiment {
  readonly kind: 'experiment';
  /** Key of the experiment; appears in exposures. */
  readonly experiment: string;
  /** Phases count from 1; a change of weights starts a new one. */
  readonly phase: number;
  /** Attribute path that holds the unit. Default `targetingKey`. */
  readonly unit?: string;
  /** Keys of holdouts whose units are kept out. */
  readonly holdouts?: readonly string[];
  /** Key of the layer whose buckets the experiment occupies. Absent: every unit takes part. */
  readonly layer?: string;
  /** Occupied buckets of the layer: half-open, ascending, disjoint. Needed with `layer`. */
  readonly ranges?: readonly BucketRange[];
  readonly split: Split;
  /** Present: units keep the variant they first got, and paused intake takes no new units. */
  readonly sticky?: Sticky;
}

export interface Sticky {
  /** Key of the materialization in the sticky store. */
  readonly materialization: string;
  /** True: only units with a stored assignment take part. */
  readonly intakePaused?: boolean;
  /** True: a stored unit keeps its variant even when the rule's condition no longer matches. */
  readonly ignoreCondition?: boolean;
}

/** Half-open range of buckets: [start, end). */
export interface BucketRange {
  readonly start: number;
  readonly end: number;
}
