import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Clock } from '@sortition/kernel';

import type { EnvironmentId } from '../application/loaded-environment.js';
import { STICKY_TTL_MS, type StickyStores } from '../application/sticky-stores.js';
import { ENVIRONMENT_ID, ORGANIZATION_ID } from './shop-snapshot.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
const START = Date.UTC(2026, 0, 1);
const HERE: EnvironmentId = { organizationId: ORGANIZATION_ID, environmentId: ENVIRONMENT_ID };

/** What every {@link StickyStores} must do. `open` gives an empty one that reads the clock. */
export function describeStickyStores(name: string, open: (clock: Clock) => Promise<StickyStores>): void {
  describe(name, () => {
    let stores: StickyStores;
    let now: number;

    beforeEach(async () => {
      now = START;
      stores = await open({ now: () => now });
    });

    const ann = { materialization: 'green-button', unit: 'ann' };
    const kept = { ...ann, variant: 'treatment' };

    it('finds what was stored, and nothing for others', async () => {
      const bob = { ...ann, unit: 'bob' };
      await stores.of(HERE).store([kept]);

      expect(await stores.of(HERE).lookUp([bob, ann])).toEqual([kept]);
    });

    it('keeps what was stored first', async () => {
      await stores.of(HERE).store([kept]);
      await stores.of(HERE).store([{ ...ann, variant: 'control' }]);

      expect(await stores.of(HERE).lookUp([ann])).toEqual([kept]);
    });

    it('keeps one of the variants that are stored at the same moment', async () => {
      const variants = ['control', 'treatment', 'other'];
      await Promise.all(variants.map((variant) => stores.of(HERE).store([{ ...ann, variant }])));

      const first = await stores.of(HERE).lookUp([ann]);

      expect(first).toHaveLength(1);
      expect(await stores.of(HERE).lookUp([ann])).toEqual(first);
    });

    it('keeps the first of one unit that is stored twice in one call', async () => {
      await stores.of(HERE).store([kept, { ...ann, variant: 'control' }]);

      expect(await stores.of(HERE).lookUp([ann])).toEqual([kept]);
    });

    it('forgets what nobody asked for during its time, and stores anew', async () => {
      await stores.of(HERE).store([kept]);
      now = START + STICKY_TTL_MS;
      expect(await stores.of(HERE).lookUp([ann])).toEqual([]);

      await stores.of(HERE).store([{ ...ann, variant: 'control' }]);

      expect(await stores.of(HERE).lookUp([ann])).toEqual([{ ...ann, variant: 'control' }]);
    });

    it('keeps what is asked for now and then', async () => {
      await stores.of(HERE).store([kept]);
      for (let days = 60; days <= 300; days += 60) {
        now = START + days * DAY_MS;
        expect(await stores.of(HERE).lookUp([ann])).toEqual([kept]);
      }
    });

    it.each([
      ['another environment', { ...HERE, environmentId: '0190c0de-0000-7000-8000-0000000000e2' }],
      ['another organization', { ...HERE, organizationId: '0190c0de-0000-7000-8000-000000000002' }],
    ])('shows nothing to %s', async (_name, elsewhere) => {
      await stores.of(HERE).store([kept]);

      expect(await stores.of(elsewhere).lookUp([ann])).toEqual([]);
    });

    it.each([
      ['empty text', ''],
      ['a character that PostgreSQL’s text cannot hold', 'a\u0000b'],
      ['more text than an index takes', 'x'.repeat(100_000)],
      ['quotes, braces and commas', `{"a",'b',\\}`],
    ])('takes a unit of %s', async (_name, unit) => {
      const record = { ...kept, unit };
      await stores.of(HERE).store([record]);

      expect(await stores.of(HERE).lookUp([{ ...ann, unit }, ann])).toEqual([record]);
    });

    it('answers many keys at once', async () => {
      const records = Array.from({ length: 2_000 }, (_, index) => ({ ...kept, unit: `unit-${String(index)}` }));
      await stores.of(HERE).store(records);

      const found = await stores.of(HERE).lookUp(records);

      expect(found).toHaveLength(records.length);
    });
  });
}
