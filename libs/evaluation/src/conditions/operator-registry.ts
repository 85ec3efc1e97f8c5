import { DomainError } from '@sortition/kernel';
import type { TargetingOperator } from '@sortition/plugin-sdk';

import type { AttributeCondition, PluginCondition } from '../model/index.js';
import { OperatorFailure, type AttributeOperatorModule, type Operator } from './operator.js';
import type { Test } from './test.js';
import type { ValueTest } from './value-test.js';

/** Called whenever a plugin operator throws during an evaluation. Must not throw. */
export type OperatorFailureListener = (operator: string, error: unknown) => void;

const UNREGISTERED = 'needs standardOperators of @sortition/evaluation/operators to be registered';

/** The operators that a snapshot may use beyond those of the core. */
export class OperatorRegistry {
  readonly #modules = new Map<string, AttributeOperatorModule>();
  readonly #plugins = new Map<string, TargetingOperator>();
  /** What was compiled when a condition was read, so that nothing is compiled twice. */
  readonly #compiled = new WeakMap<object, ValueTest>();

  constructor(
    operators: readonly Operator[] = [],
    private readonly onFailure: OperatorFailureListener = () => undefined,
    /** Makes the test of an operator that is not registered. Absent: such an operator is refused. */
    readonly unknown?: (operator: string) => () => never,
  ) {
    for (const operator of operators) {
      if ('field' in operator) this.#modules.set(operator.field, operator);
      else if (this.#plugins.has(operator.name)) throw duplicate(operator.name);
      else this.#plugins.set(operator.name, operator);
    }
  }

  /** The test of an operator that stands on a library. Throws when it is not registered or refuses its argument. */
  valueTest(condition: AttributeCondition): ValueTest {
    return this.#once(condition, () => {
      for (const field of ['matches', 'semver', 'cidr'] as const) {
        if (!(field in condition)) continue;
        const argument = (condition as Readonly<Record<string, unknown>>)[field] as string | readonly string[];
        const module = this.#modules.get(field);
        if (module === undefined) throw new TypeError(UNREGISTERED);
        return module.compile(argument, { ignoreCase: condition.ignoreCase ?? false });
      }
      throw new TypeError('is no known operator');
    });
  }

  /** The test of a plugin's operator. Throws when it is not registered or refuses its arguments. */
  pluginTest(condition: PluginCondition): Test {
    return this.#once(condition, () => {
      const name = condition.operator;
      const operator = this.#plugins.get(name);
      if (operator === undefined) {
        if (this.unknown === undefined) throw new TypeError('must name an operator that is registered');
        return this.unknown(name);
      }
      const parsed = operator.parse(condition.arguments);
      return (context) => {
        try {
          return (operator.matches(parsed, context as Readonly<Record<string, unknown>>) as unknown) === true;
        } catch (error) {
          this.onFailure(name, error);
          throw new OperatorFailure(name);
        }
      };
    });
  }

  #once(condition: object, compile: () => ValueTest): ValueTest {
    const known = this.#compiled.get(condition);
    if (known !== undefined) return known;
    const compiled = compile();
    this.#compiled.set(condition, compiled);
    return compiled;
  }
}

function duplicate(name: string): DomainError {
  return new DomainError('invalid', 'INVALID_ARGUMENT', `Two targeting operators are named "${name}".`);
}
