import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Warehouse } from '@sortition/plugin-sdk';
import { eventRow } from '@sortition/plugin-sdk/testing';
import { openDuckDbWarehouse } from '@sortition/warehouse-duckdb';
import pino from 'pino';

import { WarehouseUpkeep } from './warehouse-upkeep.js';

const DAY_MS = 86_400_000;
const NOW_MS = 1_780_000_000_000;
const logger = pino({ enabled: false });

describe('WarehouseUpkeep', () => {
  let warehouse: Warehouse;

  beforeEach(async () => {
    warehouse = await openDuckDbWarehouse({ path: ':memory:', threads: 1 });
    await warehouse.prepare();
    const ages = [1, 29, 31, 400];
    const events = ages.map((days) => eventRow(days, { receivedMicros: (NOW_MS - days * DAY_MS) * 1_000 }));
    await warehouse.load({ source: 'log', offset: 1, exposures: [], events });
  });

  afterEach(() => warehouse.close());

  const ages = async (): Promise<readonly unknown[]> =>
    (await warehouse.query('SELECT value FROM events ORDER BY value', [])).map((row) => row['value']);

  it('deletes what is older than the retention', async () => {
    await new WarehouseUpkeep(warehouse, logger, 30, () => NOW_MS).run();

    await expect(ages()).resolves.toEqual([1, 29]);
  });

  it('deletes nothing without a retention', async () => {
    await new WarehouseUpkeep(warehouse, logger, undefined, () => NOW_MS).run();

    await expect(ages()).resolves.toEqual([1, 29, 31, 400]);
  });

  it('survives a warehouse that is away', async () => {
    await warehouse.close();

    await expect(new WarehouseUpkeep(warehouse, logger, 30, () => NOW_MS).run()).resolves.toBeUndefined();
  });

  it('waits for the pass under way when it is stopped', async () => {
    const upkeep = new WarehouseUpkeep(warehouse, logger, 30, () => NOW_MS);
    upkeep.start();
    void upkeep.run();

    await upkeep.stop();

    await expect(ages()).resolves.toEqual([1, 29]);
  });
});
