// One process of visitors: node visitors.mjs SEED FIRST COUNT. Reports to its parent how many were served.
import { setImmediate } from 'node:timers/promises';

import { closeShop, serve } from './shop.mjs';
import { makeVisitor } from './visitor.mjs';

/** Visitors between two looks at the network. */
const BURST = 50;

const [seed, first, count] = process.argv.slice(2).map(Number);

for (let served = 0; served < count; served += 1) {
  await serve(makeVisitor(seed, first + served));
  if (served % BURST === BURST - 1) {
    process.send?.({ served: served + 1 });
    await setImmediate();
  }
}
await closeShop();
process.send?.({ served: count });
process.disconnect?.();
