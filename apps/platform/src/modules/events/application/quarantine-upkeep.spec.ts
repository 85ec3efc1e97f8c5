import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Warehouse } from '@sortition/plugin-sdk';
import { openDuckDbWarehouse } from '@sortition/warehouse-duckdb';
import pino from 'pino';

import { InMemoryQuarantine } from '../testing/in-memory-quarantine.js';
import { ENVIRONMENT, eventIdOf, ORGANIZATION } from '../testing/new-record.js';
import { QuarantineUpkeep } from './quarantine-upkeep.js';
import { newReplaySource, replaySourcesBefore } from './replay-source.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

describe('QuarantineUpkeep', () => {
  let store: InMemoryQuarantine;
  let warehouse: Warehouse;
  let nowMs: number;

  beforeEach(async () => {
    nowMs = Date.now();
    store = new InMemoryQuarantine();
    const ages = [1, 6, 29, 31];
    await store.keep(
      ages.map((days) => ({
        organizationId: ORGANIZATION,
        environmentId: ENVIRONMENT,
        eventId: eventIdOf(days),
        timeMicros: 0,
        receivedMicros: (nowMs - days * DAY_MS) * 1_000,
        payload: { name: 'purchase', value: days, units: {}, properties: {} },
        verdict: { reason: 'INVALID_VALUE', field: 'value', message: '', definitionVersion: 1 },
      })),
    );
    warehouse = await openDuckDbWarehouse({ path: ':memory:', threads: 1 });
    await warehouse.prepare();
  });

  afterEach(() => warehouse.close());

  const upkeep = (retentionDays: number | undefined): QuarantineUpkeep =>
    new QuarantineUpkeep(store, warehouse, { now: () => nowMs }, retentionDays, pino({ enabled: false }));
  const ages = (): readonly unknown[] => store.events().map(({ payload }) => payload.value);

  it('deletes what was received longer ago than the retention, 30 days unless told otherwise', async () => {
    await upkeep(undefined).run();
    expect(ages()).toEqual([1, 6, 29]);

    await upkeep(5).run();
    expect(ages()).toEqual([1]);
  });

  it('forgets the sources of replays after a day, and no others', async () => {
    const source = newReplaySource();
    for (const name of [source, 'log']) await warehouse.load({ source: name, offset: 1, exposures: [], events: [] });

    nowMs += 23 * HOUR_MS;
    await upkeep(undefined).run();
    await expect(warehouse.offset(source)).resolves.toBe(1);

    nowMs += 2 * HOUR_MS;
    await upkeep(undefined).run();
    await expect(warehouse.offset(source)).resolves.toBe(0);
    await expect(warehouse.offset('log')).resolves.toBe(1);
  });

  it('survives a store and a warehouse that are away', async () => {
    store.failure = new Error('away');
    await expect(upkeep(undefined).run()).resolves.toBeUndefined();

    store.failure = undefined;
    await warehouse.close();
    await expect(upkeep(undefined).run()).resolves.toBeUndefined();
  });

  it('deletes at the start', async () => {
    const started = upkeep(undefined);
    started.onModuleInit();

    await started.onModuleDestroy();

    expect(ages()).toEqual([1, 6, 29]);
  });
});

describe('sources of replays', () => {
  it('lie before the bound of a later time and not before that of an earlier one', () => {
    const source = newReplaySource();
    const boundAt = (ms: number): string => replaySourcesBefore(new Date(ms)).before;

    expect(source < boundAt(Date.now() + 1)).toBe(true);
    expect(source < boundAt(Date.now() - 1_000)).toBe(false);
  });
});
