import { instantOfDateOrTimestamp } from '@sortition/kernel';

import type { AttributeCondition } from '../model/index.js';
import { membershipTest } from './equality-tests.js';
import { instantOf } from './instant-of.js';
import type { OperatorRegistry } from './operator-registry.js';
import { textTest } from './text-tests.js';
import type { ValueTest } from './value-test.js';

/** The test of one present value that an attribute condition makes; of any operator but `exists`. */
export function compileValueTest(condition: AttributeCondition, operators: OperatorRegistry): ValueTest {
  const { ignoreCase = false } = condition;
  if ('equals' in condition) return membershipTest([condition.equals], ignoreCase);
  if ('in' in condition) return membershipTest(condition.in, ignoreCase);
  if ('contains' in condition) return textTest('includes', condition.contains, ignoreCase);
  if ('startsWith' in condition) return textTest('startsWith', condition.startsWith, ignoreCase);
  if ('endsWith' in condition) return textTest('endsWith', condition.endsWith, ignoreCase);
  if ('lessThan' in condition) return numberTest((value) => value < condition.lessThan);
  if ('atMost' in condition) return numberTest((value) => value <= condition.atMost);
  if ('greaterThan' in condition) return numberTest((value) => value > condition.greaterThan);
  if ('atLeast' in condition) return numberTest((value) => value >= condition.atLeast);
  if ('before' in condition) {
    const limit = instantOfDateOrTimestamp(condition.before);
    return (value) => instantOf(value) < limit;
  }
  if ('after' in condition) {
    const limit = instantOfDateOrTimestamp(condition.after);
    return (value) => instantOf(value) > limit;
  }
  return operators.valueTest(condition);
}

function numberTest(holds: (value: number) => boolean): ValueTest {
  return (value) => typeof value === 'number' && holds(value);
}
