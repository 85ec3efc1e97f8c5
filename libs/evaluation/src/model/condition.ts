import type { JsonValue } from '@sortition/kernel';

/** A boolean expression over the evaluation context. Never throws; see docs/operators.md for every edge. */
export type Condition =
  AllCondition | AnyCondition | NotCondition | AttributeCondition | SegmentCondition | ListCondition | PluginCondition;

export interface AllCondition {
  readonly all: readonly Condition[];
}

export interface AnyCondition {
  readonly any: readonly Condition[];
}

export interface NotCondition {
  readonly not: Condition;
}

/** Compares one attribute: `{ "attribute": "country", "in": ["SE", "NO"] }`. Exactly one operator. */
export type AttributeCondition = {
  /** Path of nested names joined by dots, for example `user.plan`; `targetingKey` is the unit. */
  readonly attribute: string;
  /** For an array attribute: whether any element or all elements must match. Default `any`. */
  readonly elements?: 'any' | 'all';
  /** Compare text without regard to case. Default false. */
  readonly ignoreCase?: boolean;
} & AttributeOperator;

export type AttributeOperator =
  | { readonly equals: JsonValue }
  | { readonly in: readonly JsonValue[] }
  | { readonly exists: boolean }
  | { readonly contains: string | readonly string[] }
  | { readonly startsWith: string | readonly string[] }
  | { readonly endsWith: string | readonly string[] }
  /** RE2 syntax; linear time; matches anywhere unless anchored. */
  | { readonly matches: string }
  | { readonly lessThan: number }
  | { readonly atMost: number }
  | { readonly greaterThan: number }
  | { readonly atLeast: number }
  /** npm range syntax, for example `>=1.4.0 <2`. */
  | { readonly semver: string }
  /** RFC 3339 timestamp or date; the attribute may be a Date, RFC 3339 text or epoch milliseconds. */
  | { readonly before: string }
  | { readonly after: string }
  /** Addresses and networks, IPv4 or IPv6, for example `10.0.0.0/8`. */
  | { readonly cidr: string | readonly string[] };

/** `{ "segment": "beta-testers" }` */
export interface SegmentCondition {
  readonly segment: string;
}

/** `{ "list": "early-access", "attribute": "targetingKey" }` */
export interface ListCondition {
  readonly list: string;
  /** Default `targetingKey`. */
  readonly attribute?: string;
}

/** `{ "operator": "acme.businessHours", "arguments": { "from": 9, "to": 17 } }` */
export interface PluginCondition {
  readonly operator: `${string}.${string}`;
  readonly arguments?: JsonValue;
}
