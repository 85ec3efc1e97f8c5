import { unitOf } from '../bucketing/index.js';
import type { AttributeCondition, Condition, ListCondition } from '../model/index.js';
import { isArray } from '../parse/quote.js';
import type { AttributeReader } from './attribute-reader.js';
import { equalsJson } from './json-equality.js';
import type { OperatorRegistry } from './operator-registry.js';
import { matchesValue, type ValueTest } from './value-test.js';
import { compileValueTest } from './compile-value-test.js';
import type { Test } from './test.js';

/** Membership of ids, whatever holds them. */
export interface Members {
  has(id: string): boolean;
  readonly size: number;
}

/** What a condition may refer to. */
export interface ConditionScope {
  readonly operators: OperatorRegistry;
  segment(key: string): Test | undefined;
  list(key: string): Members | undefined;
  /** One reader per path, shared by everything that is compiled in the scope. */
  reader(path: string): AttributeReader;
}

const never: Test = () => false;

/** Compiles a condition that was parsed; what it refers to must be compiled already. */
export function compileCondition(condition: Condition, scope: ConditionScope): Test {
  if ('list' in condition) return listTest(condition, scope);
  if ('attribute' in condition) return attributeTest(condition, scope);
  if ('all' in condition) return groupTest(compileEach(condition.all, scope), true);
  if ('any' in condition) return groupTest(compileEach(condition.any, scope), false);
  if ('not' in condition) {
    const test = compileCondition(condition.not, scope);
    return (context) => !test(context);
  }
  if ('segment' in condition) return scope.segment(condition.segment) ?? never;
  return scope.operators.pluginTest(condition);
}

function compileEach(conditions: readonly Condition[], scope: ConditionScope): readonly Test[] {
  return conditions.map((condition) => compileCondition(condition, scope));
}

/** Whether all tests hold, or any; looks no further than it has to. */
function groupTest(tests: readonly Test[], isAll: boolean): Test {
  const [only] = tests;
  if (only !== undefined && tests.length === 1) return only;
  return (context) => {
    for (const test of tests) if (test(context) !== isAll) return !isAll;
    return isAll;
  };
}

function attributeTest(condition: AttributeCondition, scope: ConditionScope): Test {
  const read = scope.reader(condition.attribute);
  if ('exists' in condition) {
    const { exists } = condition;
    return (context) => {
      const value = read(context);
      return (value !== undefined && value !== null) === exists;
    };
  }
  if ('equals' in condition && isArray(condition.equals)) {
    const { equals } = condition;
    return (context) => equalsJson(equals, read(context));
  }
  const test = compileValueTest(condition, scope.operators);
  const { elements = 'any' } = condition;
  return (context) => matchesValue(test, read(context), elements);
}

function listTest({ list, attribute = 'targetingKey' }: ListCondition, scope: ConditionScope): Test {
  const members = scope.list(list);
  if (members === undefined) return never;
  const read = scope.reader(attribute);
  const isMember: ValueTest = (value) => {
    const unit = unitOf(value);
    return unit !== undefined && members.has(unit);
  };
  return (context) => matchesValue(isMember, read(context), 'any');
}
