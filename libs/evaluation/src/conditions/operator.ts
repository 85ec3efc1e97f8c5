import type { ValueTest } from './value-test.js';

/**
 * A targeting operator that a plugin adds. Register it with `compileSnapshot(snapshot, { operators })` and use it as
 * `{ "operator": "acme.businessHours", "arguments": ... }`.
 */
export interface TargetingOperator<TArguments = unknown> {
  /** Stable id stored in rules. Renaming it breaks stored rules. */
  readonly name: `${string}.${string}`;
  /** Runs once, when a rule is loaded. Throws to reject the rule; the message says why. */
  parse(args: unknown): TArguments;
  /** Runs per evaluation. Pure and synchronous. When it throws, the rule does not match. */
  matches(args: TArguments, context: Readonly<Record<string, unknown>>): boolean;
}

/** A built-in operator that stands on a library, delivered apart so that the core stays small. */
export interface AttributeOperatorModule {
  /** The field of the condition that it implements. */
  readonly field: 'matches' | 'semver' | 'cidr';
  /** Runs once, when a rule is loaded. Throws to reject the rule; the message says why. */
  compile(argument: string | readonly string[], options: { readonly ignoreCase: boolean }): ValueTest;
}

export type Operator = TargetingOperator | AttributeOperatorModule;

/** Returns the operator as given, with the type of its arguments inferred. */
export function defineOperator<TArguments>(operator: TargetingOperator<TArguments>): TargetingOperator<TArguments> {
  return operator;
}

/** Thrown through a rule's condition when a plugin operator in it threw; caught where rules are walked. */
export class OperatorFailure extends Error {
  constructor(readonly operator: string) {
    super(operator);
  }
}
