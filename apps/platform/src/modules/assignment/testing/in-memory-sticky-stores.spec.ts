import { describeStickyStores } from './describe-sticky-stores.js';
import { InMemoryStickyStores } from './in-memory-sticky-stores.js';

describeStickyStores('sticky assignments in memory', async (clock) => new InMemoryStickyStores(clock));
