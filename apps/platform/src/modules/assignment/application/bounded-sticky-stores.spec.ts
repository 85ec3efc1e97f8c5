import { describe, expect, it } from '@jest/globals';
import type { StickyRecord } from '@sortition/evaluation';

import { BoundedStickyStores } from './bounded-sticky-stores.js';

const HERE = { organizationId: 'organization', environmentId: 'environment' };
const KEY = { materialization: 'green-button', unit: 'ann' };

/** Looks up when it is told to. */
function held(): { readonly of: BoundedStickyStores['of']; release(): void } {
  const waiting: ((records: readonly StickyRecord[]) => void)[] = [];
  return {
    of: () => ({ lookUp: () => new Promise((resolve) => waiting.push(resolve)), store: async () => undefined }),
    release: () => {
      for (const resolve of waiting.splice(0)) resolve([]);
    },
  };
}

describe('bounds around a store of sticky assignments', () => {
  it('refuse a look-up that is not answered in time', async () => {
    const stores = new BoundedStickyStores(held(), { deadlineMs: 1, maxInFlight: 10 });

    await expect(stores.of(HERE).lookUp([KEY])).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: expect.stringContaining('within 1 ms'),
    });
  });

  it('refuse more operations at once than they allow, until one is done', async () => {
    const store = held();
    const stores = new BoundedStickyStores(store, { deadlineMs: 60_000, maxInFlight: 1 });
    const first = stores.of(HERE).lookUp([KEY]);

    await expect(stores.of(HERE).lookUp([KEY])).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    store.release();
    await first;

    await expect(stores.of(HERE).store([])).resolves.toBeUndefined();
  });

  it('count an operation until it ends, also when nobody waits for it any longer', async () => {
    const store = held();
    const stores = new BoundedStickyStores(store, { deadlineMs: 1, maxInFlight: 1 });
    await expect(stores.of(HERE).lookUp([KEY])).rejects.toThrow('within 1 ms');

    await expect(stores.of(HERE).store([])).rejects.toThrow('under way');
  });
});
