import assert from 'node:assert/strict';

import { countRows, SerialQueue, warehouseUnavailable } from '@sortition/plugin-sdk';
import { DomainError } from '@sortition/kernel';

// A failure made by the SDK is of the class that the kernel exports: one copy of it is installed.
assert.ok(warehouseUnavailable('The warehouse', new Error('away')) instanceof DomainError);
assert.equal(typeof countRows, 'function');
const queue = new SerialQueue();
assert.equal(await queue.run(async () => 7), 7);
