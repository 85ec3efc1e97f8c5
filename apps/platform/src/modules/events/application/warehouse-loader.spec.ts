import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DomainError, systemClock } from '@sortition/kernel';
import type { Warehouse } from '@sortition/plugin-sdk';
import { openDuckDbWarehouse } from '@sortition/warehouse-duckdb';
import pino, { type Logger } from 'pino';

import { InMemoryEventLog } from '../testing/in-memory-event-log.js';
import { InMemoryQuarantine } from '../testing/in-memory-quarantine.js';
import { eventIdOf, newRecord, ORGANIZATION } from '../testing/new-record.js';
import type { EventDefinitions } from './event-definitions.js';
import { ScreenByDefinition } from './screen-by-definition.js';
import { MAX_RECORDS_PER_BATCH, WarehouseLoader } from './warehouse-loader.js';

describe('WarehouseLoader', () => {
  let log: InMemoryEventLog;
  let warehouse: Warehouse;
  let loader: WarehouseLoader;

  beforeEach(async () => {
    log = new InMemoryEventLog();
    warehouse = await openDuckDbWarehouse({ path: ':memory:', threads: 2 });
    await warehouse.prepare();
    loader = loaderOn(warehouse);
  });

  afterEach(async () => {
    await loader.onModuleDestroy();
    await warehouse.close();
  });

  const loaderOn = (target: Warehouse): WarehouseLoader =>
    new WarehouseLoader(log, target, systemClock, pino({ enabled: false }));
  const idsInWarehouse = async (): Promise<readonly unknown[]> =>
    (await warehouse.query('SELECT event_id FROM events ORDER BY event_id', [])).map((row) => row['event_id']);

  it('has everything that was appended before in the warehouse when a flush resolves', async () => {
    loader.onModuleInit();
    const exposure = { flag: 'f', variant: 'v', rule: '', experiment: 'x', phase: 1, unitAttribute: 'a', unit: 'u' };
    await log.append([newRecord(1), newRecord(2, { kind: 'exposure', payload: JSON.stringify(exposure) })]);

    const watermark = await loader.flush();

    expect(watermark.time).toEqual((await log.end()).time);
    await expect(idsInWarehouse()).resolves.toEqual([eventIdOf(1)]);
    await expect(warehouse.query('SELECT variant, unit FROM exposures', [])).resolves.toEqual([
      { variant: 'v', unit: 'u' },
    ]);
    await expect(log.committedOffset('warehouse')).resolves.toBe(2);
  });

  it('loads more than one batch in a flush', async () => {
    loader.onModuleInit();
    const numbers = Array.from({ length: MAX_RECORDS_PER_BATCH + 1 }, (_, index) => index);
    log.records.push(...numbers.map((number) => recordAt(number)));

    await loader.flush();

    expect(new Set(await idsInWarehouse()).size).toBe(MAX_RECORDS_PER_BATCH + 1);
  });

  it('finds what came after it had looked ahead and seen nothing', async () => {
    log.records.push(...Array.from({ length: MAX_RECORDS_PER_BATCH }, (_, number) => recordAt(number)));
    await loader.flush();
    log.records.push(recordAt(MAX_RECORDS_PER_BATCH));

    await loader.flush();

    expect(new Set(await idsInWarehouse()).size).toBe(MAX_RECORDS_PER_BATCH + 1);
  });

  it('loads by itself what is appended', async () => {
    const loaded = nextLoad(warehouse);
    loader = loaderOn(loaded.warehouse);
    loader.onModuleInit();

    await log.append([newRecord(1)]);
    await loaded.done;

    await expect(idsInWarehouse()).resolves.toEqual([eventIdOf(1)]);
  });

  it('goes on from the offset of the warehouse, whoever loaded before', async () => {
    await log.append([newRecord(1), newRecord(2)]);
    loader.onModuleInit();
    await loader.flush();
    await loader.onModuleDestroy();
    await log.append([newRecord(3)]);

    loader = loaderOn(warehouse);
    loader.onModuleInit();
    await loader.flush();

    await expect(idsInWarehouse()).resolves.toEqual([1, 2, 3].map(eventIdOf));
  });

  it('doubles nothing when the warehouse took a batch but could not say so', async () => {
    const forgetful: Warehouse = withLoad(warehouse, async (batch) => {
      await warehouse.load(batch);
      throw new DomainError('unavailable', 'WAREHOUSE_UNAVAILABLE', 'the answer was lost');
    });
    await log.append([newRecord(1)]);
    loader = loaderOn(forgetful);
    await expect(loader.flush()).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' });

    await expect(loader.flush()).resolves.toBeDefined();

    await expect(idsInWarehouse()).resolves.toEqual([eventIdOf(1)]);
  });

  it('tries again by itself after a failure', async () => {
    let failures = 2;
    const loaded = nextLoad(
      withLoad(warehouse, async (batch) => {
        failures -= 1;
        if (failures >= 0) throw new DomainError('unavailable', 'WAREHOUSE_UNAVAILABLE', 'away');
        return warehouse.load(batch);
      }),
    );
    await log.append([newRecord(1)]);
    loader = loaderOn(loaded.warehouse);
    loader.onModuleInit();

    await loaded.done;

    await expect(idsInWarehouse()).resolves.toEqual([eventIdOf(1)]);
  });

  it('loads nothing of a batch until its bad events are in quarantine, and loses none of them', async () => {
    const quarantine = new InMemoryQuarantine();
    const rules = { undefinedEvents: 'quarantine', events: new Map() } as const;
    const definitions: EventDefinitions = {
      known: () => rules,
      current: async (ids) => new Map(ids.map((id) => [id, { organizationId: ORGANIZATION, rules }])),
    };
    const screening = new ScreenByDefinition(definitions, quarantine);
    loader = new WarehouseLoader(log, warehouse, systemClock, pino({ enabled: false }), screening);
    const exposure = { flag: 'f', variant: 'v', rule: '', experiment: 'x', phase: 1, unitAttribute: 'a', unit: 'u' };
    await log.append([newRecord(1), newRecord(2, { kind: 'exposure', payload: JSON.stringify(exposure) })]);
    quarantine.failure = new DomainError('unavailable', 'DATABASE_UNAVAILABLE', 'away');

    await expect(loader.flush()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    const before = await warehouse.offset(await log.source());
    quarantine.failure = undefined;
    await loader.flush();

    expect([before, await warehouse.offset(await log.source())]).toEqual([0, 2]);
    expect(quarantine.events()).toMatchObject([{ eventId: eventIdOf(1), verdict: { reason: 'UNDEFINED_EVENT' } }]);
    await expect(idsInWarehouse()).resolves.toEqual([]);
    await expect(warehouse.query('SELECT unit FROM exposures', [])).resolves.toEqual([{ unit: 'u' }]);
  });

  describe('when the log went back in time', () => {
    const appendFrom = async (from: number, to: number): Promise<void> => {
      await log.append(Array.from({ length: to - from }, (_, index) => newRecord(from + index)));
    };
    const numbersInWarehouse = async (): Promise<number> => (await idsInWarehouse()).length;

    it.each([
      ['fewer', 3],
      ['as many', 5],
      ['more', 9],
    ])('loads what it takes then, though it be %s than it lost, while it runs', async (_name, count) => {
      await appendFrom(0, 10);
      await loader.flush();
      // With fewer events than it lost, the log ends before the offset of the warehouse: that is noticed anyway.
      log.goBackTo(5, { isNoticed: count >= 5 });
      await appendFrom(10, 10 + count);

      await loader.flush();

      await expect(numbersInWarehouse()).resolves.toBe(10 + count);
    });

    it('loads it after a restart', async () => {
      await appendFrom(0, 10);
      await loader.flush();
      await loader.onModuleDestroy();
      log.goBackTo(5, { isNoticed: true });
      await appendFrom(10, 30);

      loader = loaderOn(warehouse);
      await loader.flush();

      await expect(numbersInWarehouse()).resolves.toBe(30);
    });

    it('loads it by itself', async () => {
      await appendFrom(0, 10);
      await loader.flush();
      log.goBackTo(0, { isNoticed: false });
      await appendFrom(10, 12);
      const loaded = nextLoad(warehouse);
      loader = loaderOn(loaded.warehouse);
      loader.onModuleInit();

      await loaded.done;

      await expect(numbersInWarehouse()).resolves.toBe(12);
    });

    it('says so', async () => {
      const warnings: unknown[] = [];
      loader = new WarehouseLoader(log, warehouse, systemClock, listening(warnings));
      await appendFrom(0, 10);
      await loader.flush();
      log.goBackTo(4, { isNoticed: true });

      await loader.flush();
      await loader.flush();

      expect(warnings).toMatchObject([
        { level: 40, loadedUntil: 10, goesOnFrom: 4, msg: expect.stringContaining('went back in time') },
      ]);
    });
  });

  describe('when the warehouse went back', () => {
    let fresh: Warehouse;

    beforeEach(async () => {
      fresh = await openDuckDbWarehouse({ path: ':memory:', threads: 1 });
      await fresh.prepare();
      await log.append([1, 2, 3, 4].map((number) => newRecord(number)));
    });

    afterEach(() => fresh.close());

    it('fills it again from the log, while it runs, and says so', async () => {
      const warnings: unknown[] = [];
      let target = warehouse;
      loader = new WarehouseLoader(
        log,
        switched(() => target),
        systemClock,
        listening(warnings),
      );
      await loader.flush();
      await log.append([newRecord(5)]);
      target = fresh;

      await loader.flush();

      await expect(fresh.query('SELECT count(*) AS n FROM events', [])).resolves.toEqual([{ n: 5 }]);
      expect(warnings).toMatchObject([
        { level: 40, from: 1, to: 4, msg: expect.stringContaining('loading them again') },
      ]);
      expect(loader.warehouseState()).toBe('up');
    });

    it('is reloading until it has come to where the warehouse was', async () => {
      await loader.flush();
      const seen: string[] = [];
      const later = new WarehouseLoader(
        log,
        withLoad(fresh, (batch) => {
          seen.push(later.warehouseState());
          return fresh.load(batch);
        }),
        systemClock,
        pino({ enabled: false }),
      );

      await later.flush();

      expect(seen).toEqual(['reloading']);
      expect(later.warehouseState()).toBe('up');
      await later.onModuleDestroy();
    });

    it('says what the log no longer holds', async () => {
      await loader.flush();
      log.trimTo(3);
      const warnings: unknown[] = [];
      const later = new WarehouseLoader(log, fresh, systemClock, listening(warnings));

      await later.flush();

      await expect(fresh.query('SELECT count(*) AS n FROM events', [])).resolves.toEqual([{ n: 1 }]);
      expect(warnings).toMatchObject([
        { from: 1, to: 4 },
        { level: 40, missingFrom: 1, missingTo: 3 },
      ]);
      await later.onModuleDestroy();
    });

    it('takes the first warehouse of a log for nothing unusual', async () => {
      const warnings: unknown[] = [];
      const first = new WarehouseLoader(log, fresh, systemClock, listening(warnings));

      await first.flush();

      expect(warnings).toEqual([]);
      await first.onModuleDestroy();
    });
  });

  it('refuses a flush after it was stopped', async () => {
    await log.append([newRecord(1)]);
    loader.onModuleInit();
    await loader.flush();
    await log.append([newRecord(2)]);

    await loader.onModuleDestroy();

    await expect(loader.flush()).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  });

  function recordAt(number: number): InMemoryEventLog['records'][number] {
    const { environmentId, eventId, kind, timeMs, payload } = newRecord(number);
    const timeMicros = timeMs * 1_000;
    const parsed: unknown = JSON.parse(payload);
    return {
      offset: number + 1,
      environmentId,
      eventId,
      kind,
      timeMicros,
      receivedMicros: timeMicros,
      payload: parsed,
    };
  }
});

function listening(lines: unknown[]): Logger {
  return pino({}, { write: (line: string) => lines.push(JSON.parse(line)) });
}

/** The warehouse that is the current one at the moment of a call. */
function switched(current: () => Warehouse): Warehouse {
  return {
    ...withLoad(current(), (batch) => current().load(batch)),
    offset: (source) => current().offset(source),
    query: (sql, parameters) => current().query(sql, parameters),
  };
}

function withLoad(warehouse: Warehouse, load: Warehouse['load']): Warehouse {
  return {
    dialect: warehouse.dialect,
    prepare: () => warehouse.prepare(),
    load,
    offset: (source) => warehouse.offset(source),
    forgetSources: (from, before) => warehouse.forgetSources(from, before),
    query: (sql, parameters) => warehouse.query(sql, parameters),
    stream: (sql, parameters) => warehouse.stream(sql, parameters),
    countUnit: (subject) => warehouse.countUnit(subject),
    eraseUnit: (subject) => warehouse.eraseUnit(subject),
    deleteBefore: (receivedMicros) => warehouse.deleteBefore(receivedMicros),
    compact: (signal) => warehouse.compact(signal),
    close: () => warehouse.close(),
  };
}

/** The warehouse, and a promise of its next successful load. */
function nextLoad(warehouse: Warehouse): { readonly warehouse: Warehouse; readonly done: Promise<void> } {
  let resolve = (): void => undefined;
  const done = new Promise<void>((settle) => (resolve = settle));
  const observed = withLoad(warehouse, async (batch) => {
    const result = await warehouse.load(batch);
    resolve();
    return result;
  });
  return { warehouse: observed, done };
}
