import type { TargetingOperator } from '@sortition/plugin-sdk';

import type { ValueTest } from './value-test.js';

/** A built-in operator that stands on a library, delivered apart so that the core stays small. */
export interface AttributeOperatorModule {
  /** The field of the condition that it implements. */
  readonly field: 'matches' | 'semver' | 'cidr';
  /** Runs once, when a rule is loaded. Throws to reject the rule; the message says why. */
  compile(argument: string | readonly string[], options: { readonly ignoreCase: boolean }): ValueTest;
}

export type Operator = TargetingOperator | AttributeOperatorModule;

/** Thrown through a rule's condition when a plugin operator in it threw; caught where rules are walked. */
export class OperatorFailure extends Error {
  constructor(readonly operator: string) {
    super(operator);
  }
}
