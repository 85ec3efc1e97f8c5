import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@sortition/kernel';
import type { Warehouse } from '@sortition/plugin-sdk';
import { openDuckDbWarehouse } from '@sortition/warehouse-duckdb';
import pino from 'pino';

import { RecordAuditEntry } from '../../admin/index.js';
import { InMemoryEventLog } from '../testing/in-memory-event-log.js';
import { ENVIRONMENT, newRecord, ORGANIZATION } from '../testing/new-record.js';
import { EraseUnit } from './erase-unit.js';
import { NO_SCREENING } from './event-screening.js';
import { loadBatchOf } from './load-batch-of.js';
import type { UnitStore } from './unit-store.js';
import { WarehouseLoader } from './warehouse-loader.js';

/** The unit of the event with that number. */
const orderFor = (number: number) => ({
  subject: { organizationId: ORGANIZATION, environmentId: ENVIRONMENT, unit: `user-${number}` },
  environment: 'projects/shop/environments/production',
  actor: 'apiKeys/0123456789ab',
});

describe('EraseUnit', () => {
  let log: InMemoryEventLog;
  let warehouse: Warehouse;
  let loader: WarehouseLoader;
  let audited: unknown[];
  let erase: EraseUnit;

  const eraseWith = (stores: readonly UnitStore[]): EraseUnit => {
    const session = { audit: { record: async (entries: readonly unknown[]) => void audited.push(...entries) } };
    const database = { write: (_organization: string, work: (session: never) => unknown) => work(session as never) };
    return new EraseUnit(log, loader, warehouse, stores, new RecordAuditEntry(database as never));
  };

  beforeEach(async () => {
    audited = [];
    log = new InMemoryEventLog();
    warehouse = await openDuckDbWarehouse({ path: ':memory:', threads: 1 });
    await warehouse.prepare();
    loader = new WarehouseLoader(log, warehouse, systemClock, pino({ enabled: false }), NO_SCREENING);
    erase = eraseWith([]);
  });

  afterEach(async () => {
    await loader.onModuleDestroy();
    await warehouse.close();
  });

  const values = async (): Promise<readonly unknown[]> =>
    (await warehouse.query('SELECT value FROM events ORDER BY value', [])).map((row) => row['value']);

  it('erases what was loaded, and what was not yet', async () => {
    await log.append([newRecord(1), newRecord(2)]);
    await loader.flush();
    const later = newRecord(3, { payload: JSON.stringify({ name: 'visit', value: 3, units: { a: 'user-1' } }) });
    await log.append([later, newRecord(4)]);

    const { stores } = await erase.execute(orderFor(1));

    expect(stores).toEqual([
      { store: 'event log', erased: 2, remaining: 0 },
      { store: 'warehouse', erased: 1, remaining: 0 },
    ]);
    await expect(values()).resolves.toEqual([2, 4]);
  });

  it.each(['leaves a hollow event', 'leaves a hole'])(
    'lets no batch that was read before bring it back: %s',
    async (how) => {
      if (how === 'leaves a hole') endWithHoles(log);
      await log.append([newRecord(1), newRecord(2)]);
      // As another process did; the unit's event is the last of the log.
      const readBefore = loadBatchOf(await log.source(), 2, await log.read(0, 10));

      await erase.execute(orderFor(2));
      await warehouse.load(readBefore);

      await expect(values()).resolves.toEqual([1]);
    },
  );

  it('goes on loading what comes after', async () => {
    await log.append([newRecord(1)]);
    await erase.execute(orderFor(1));

    await log.append([newRecord(2)]);
    await loader.flush();

    await expect(values()).resolves.toEqual([2]);
  });

  it('tells the truth about a store that kept something', async () => {
    const stubborn: UnitStore = { name: 'attic', eraseUnit: async () => 1, countUnit: async () => 2 };

    const { stores } = await eraseWith([stubborn]).execute(orderFor(1));

    expect(stores).toContainEqual({ store: 'attic', erased: 1, remaining: 2 });
  });

  it('audits counts and a digest, never the unit', async () => {
    await log.append([newRecord(1)]);

    const { digest } = await erase.execute(orderFor(1));

    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(audited).toMatchObject([{ action: 'units.erase', after: { unitDigest: digest } }]);
    expect(JSON.stringify(audited)).not.toContain('user-1');
  });
});

/** Makes the log erase its last record as a stream does: it ends before it then. */
function endWithHoles(log: InMemoryEventLog): void {
  const eraseUnit = log.eraseUnit.bind(log);
  log.eraseUnit = async (subject) => {
    const erased = await eraseUnit(subject);
    if (erased.count > 0) log.records.pop();
    return erased;
  };
}
