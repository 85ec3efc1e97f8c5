import assert from 'node:assert/strict';

import {
  countRows,
  definePlugin,
  defineTargetingOperator,
  SerialQueue,
  warehouseUnavailable,
} from '@sortition/plugin-sdk';
import { checkTargetingOperator } from '@sortition/plugin-sdk/conformance';
import { DomainError } from '@sortition/kernel';

// A failure made by the SDK is of the class that the kernel exports: one copy of it is installed.
assert.ok(warehouseUnavailable('The warehouse', new Error('away')) instanceof DomainError);
assert.equal(typeof countRows, 'function');
const queue = new SerialQueue();
assert.equal(await queue.run(async () => 7), 7);

const atLeast = defineTargetingOperator({
  name: 'fresh.atLeast',
  parse: (args) => {
    if (typeof args !== 'number') throw new TypeError('needs a number');
    return args;
  },
  matches: (least, { age }) => typeof age === 'number' && age >= least,
  examples: [
    { arguments: 18, context: { age: 18 }, matches: true },
    { arguments: 18, context: { age: 17 }, matches: false },
  ],
});
assert.deepEqual(
  checkTargetingOperator(atLeast).filter(({ problem }) => problem !== undefined),
  [],
);
const plugin = definePlugin({
  name: 'fresh',
  version: '1.0.0',
  apiVersion: '^1.0.0',
  open: () => ({ targetingOperators: [atLeast] }),
});
assert.equal((await plugin.open({})).targetingOperators.length, 1);
