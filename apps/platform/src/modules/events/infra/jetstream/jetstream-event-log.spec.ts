import { cp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { systemClock } from '@sortition/kernel';
import { findNatsServer, startTestNats, type TestNats } from '@sortition/testing';
import { openDuckDbWarehouse } from '@sortition/warehouse-duckdb';
import pino from 'pino';

import { WarehouseLoader } from '../../application/warehouse-loader.js';
import { describeEventLog } from '../../testing/describe-event-log.js';
import { ENVIRONMENT, newRecord, ORGANIZATION } from '../../testing/new-record.js';
import { JetStreamEventLog } from './jetstream-event-log.js';
import type { JetStreamSettings, StreamLimits } from './jetstream-settings.js';
import { parseJetStreamUrl } from './parse-jetstream-url.js';

const logger = pino({ enabled: false });

if (findNatsServer() === undefined) {
  describe('JetStreamEventLog', () => {
    it.skip('is tested where a nats-server is installed (apt-get install nats-server)', () => undefined);
  });
} else {
  let nats: TestNats;
  let connection: NatsConnection;
  let manager: JetStreamManager;
  let streams = 0;

  beforeAll(async () => {
    nats = await startTestNats();
    connection = await connect({ servers: nats.nodes.map(({ address }) => address) });
    manager = await jetstreamManager(connection);
  });

  afterAll(async () => {
    await connection.close();
    await nats.stop();
  });

  const settingsOf = (limits: Partial<StreamLimits> = {}, retentionMs = 60_000): JetStreamSettings => {
    const settings = parseJetStreamUrl(`${nats.url}/LOG-${String((streams += 1))}?max_bytes=16MiB`);
    return { ...settings, limits: { ...settings.limits, ...limits }, retentionMs };
  };

  describeEventLog('JetStreamEventLog', async () => {
    const settings = settingsOf();
    const views: JetStreamEventLog[] = [];
    const open = async (): Promise<JetStreamEventLog> => {
      const log = await JetStreamEventLog.open(settings, logger);
      views.push(log);
      return log;
    };
    return {
      log: await open(),
      reopen: open,
      close: async () => {
        for (const view of views) await view.close();
        await manager.streams.delete(settings.stream);
      },
    };
  });

  describe('JetStreamEventLog', () => {
    let settings: JetStreamSettings;
    let log: JetStreamEventLog;

    beforeEach(async () => {
      settings = settingsOf();
      log = await JetStreamEventLog.open(settings, logger);
    });

    afterEach(() => log.close());

    const reopened = async (changed: JetStreamSettings): Promise<void> => {
      await log.close();
      log = await JetStreamEventLog.open(changed, logger);
    };

    it('gives each environment a subject, by which rights can be cut', async () => {
      await log.append([newRecord(1)]);

      const message = await manager.streams.getMessage(settings.stream, { seq: 1 });

      expect(message?.subject).toBe(`${settings.stream}.event.${ORGANIZATION}.${ENVIRONMENT}`);
    });

    it('refuses more than fits with a code of its own, still serves, and takes more once it was trimmed', async () => {
      await reopened(settingsOf({ maxBytes: 1024 * 1024 }));
      const large = JSON.stringify({ text: 'x'.repeat(100_000) });
      const records = Array.from({ length: 20 }, (_, index) => newRecord(index, { payload: large }));

      await expect(log.append(records)).rejects.toMatchObject({ kind: 'exhausted', code: 'EVENT_LOG_FULL' });

      const held = await log.read(0, 100);
      const { offset } = await log.end();
      expect(held.length).toBeGreaterThan(5);
      expect(offset).toBe(held.at(-1)?.offset);
      await manager.streams.purge(`LOG-${String(streams)}`);
      await expect(log.append(records.slice(-5))).resolves.toEqual([true, true, true, true, true]);
    });

    it('deletes what is old and was got by every consumer, and nothing else', async () => {
      await reopened(settingsOf({}, 0));
      await log.append([1, 2, 3, 4].map((number) => newRecord(number)));
      await log.commitOffset('slow', 1);
      await log.close();

      await reopened({ ...settings, stream: `LOG-${String(streams)}`, retentionMs: 0 });
      await log.commitOffset('fast', 3);

      expect((await log.read(0, 10)).map(({ offset }) => offset)).toEqual([2, 3, 4]);
    });

    it('keeps what is younger than its retention', async () => {
      await log.append([newRecord(1)]);
      await log.commitOffset('warehouse', 1);

      await expect(log.read(0, 10)).resolves.toHaveLength(1);
    });

    it('may take an id again after its duplicate window, which the warehouse then drops', async () => {
      await reopened(settingsOf({ duplicateWindowMs: 100 }));
      expect(log.duplicateWindowMs).toBe(100);
      await log.append([newRecord(1)]);

      while ((await log.append([newRecord(1)]))[0] === false);

      await expect(log.read(0, 10)).resolves.toHaveLength(2);
      const warehouse = await openDuckDbWarehouse({ path: ':memory:', threads: 1 });
      await warehouse.prepare();
      const loader = new WarehouseLoader(log, warehouse, systemClock, logger);
      await loader.flush();
      await expect(warehouse.query('SELECT count(*) AS n FROM events', [])).resolves.toEqual([{ n: 1 }]);
      await loader.onModuleDestroy();
      await warehouse.close();
    });

    it('follows no stream that took the place of its own', async () => {
      await log.source();
      await manager.streams.delete(settings.stream);
      const successor = await JetStreamEventLog.open(settings, logger);

      await expect(log.source()).rejects.toMatchObject({ code: 'EVENT_LOG_UNAVAILABLE' });

      await expect(successor.committedOffset('warehouse')).resolves.toBe(0);
      await successor.close();
    });

    it('refuses an existing stream that could lose events or is not as wished, and says what to change', async () => {
      const unfit = settingsOf({ duplicateWindowMs: 60_000 });
      await manager.streams.add({ name: unfit.stream, subjects: [`${unfit.stream}.>`], max_age: 60_000_000_000 });

      await expect(JetStreamEventLog.open(unfit, logger)).rejects.toMatchObject({
        code: 'INVALID_CONFIGURATION',
        message: expect.stringMatching(
          /discard is "old" and must be "new"; .*max_age is 60000000000 and must be 0; max_bytes is -1 .*nats stream edit/,
        ),
      });
    });

    it('refuses more replicas than there are servers', async () => {
      await expect(JetStreamEventLog.open(settingsOf({ replicas: 3 }), logger)).rejects.toMatchObject({
        code: 'INVALID_CONFIGURATION',
        message: expect.stringContaining('replicas=3'),
      });
    });

    it('refuses to start where no server answers, naming it', async () => {
      const nowhere = parseJetStreamUrl('nats://127.0.0.1:1');

      await expect(JetStreamEventLog.open(nowhere, logger)).rejects.toMatchObject({
        code: 'EVENT_LOG_UNAVAILABLE',
        message: expect.stringContaining('127.0.0.1:1'),
      });
    });

    it('holds after a kill and a restart of the server what was acknowledged, and recognises it', async () => {
      const records = Array.from({ length: 100 }, (_, index) => newRecord(index));
      await log.append(records);
      await log.commitOffset('warehouse', 100);

      for (const node of nats.nodes) await node.kill();
      const appended = log.append([...records, newRecord(100)]);
      for (const node of nats.nodes) await node.restart();

      await expect(appended).resolves.toEqual([...records.map(() => false), true]);
      await expect(log.read(0, 1_000)).resolves.toHaveLength(101);
      await expect(log.committedOffset('warehouse')).resolves.toBe(100);
      const { incarnations } = await log.history();
      expect(incarnations).toHaveLength(2);
      expect(incarnations[1]?.after).toBeGreaterThanOrEqual(100);
    });

    describe('whose files were restored', () => {
      /** Restores the files of the stream as they were before the work. */
      const restoringAfter = async (work: () => Promise<void>): Promise<void> => {
        const [node] = nats.nodes;
        if (!node) throw new Error('There is no server.');
        const files = join(node.streams, settings.stream);
        await node.kill();
        await cp(files, `${node.streams}-backup`, { recursive: true });
        await node.restart();
        await work();
        await node.kill();
        await rm(files, { recursive: true });
        await rename(`${node.streams}-backup`, files);
        await node.restart();
      };
      const fill = async (from: number, to: number): Promise<void> => {
        await log.append(Array.from({ length: to - from }, (_, index) => newRecord(from + index)));
      };

      it('begins anew where the files end, before it takes an event', async () => {
        await fill(0, 100);
        await log.commitOffset('warehouse', 100);
        await restoringAfter(() => fill(100, 200));

        await fill(200, 350);

        const { incarnations, end } = await log.history();
        expect(incarnations.map(({ after }) => after)).toEqual([0, 100, 100]);
        expect(end).toBe(250);
        await expect(log.committedOffset('warehouse')).resolves.toBe(100);
      });

      it('is followed by a loader that had got further, and says so', async () => {
        const warnings: unknown[] = [];
        const warehouse = await openDuckDbWarehouse({ path: ':memory:', threads: 1 });
        await warehouse.prepare();
        const listening = pino({}, { write: (line: string) => warnings.push(JSON.parse(line)) });
        const loader = new WarehouseLoader(log, warehouse, systemClock, listening);
        await fill(0, 100);
        await restoringAfter(async () => {
          await fill(100, 200);
          await loader.flush();
        });
        await fill(200, 350);

        await loader.flush();

        await expect(warehouse.query('SELECT count(*) AS n FROM events', [])).resolves.toEqual([{ n: 350 }]);
        expect(warnings).toContainEqual(expect.objectContaining({ level: 40, loadedUntil: 200, goesOnFrom: 100 }));
        await loader.onModuleDestroy();
        await warehouse.close();
      });
    });

    it('says what was lost with a stream that was deleted', async () => {
      await log.append([1, 2, 3].map((number) => newRecord(number)));
      await log.commitOffset('warehouse', 2);
      await log.close();
      await manager.streams.delete(settings.stream);
      const warnings: unknown[] = [];

      log = await JetStreamEventLog.open(
        settings,
        pino({}, { write: (line: string) => warnings.push(JSON.parse(line)) }),
      );

      expect(warnings).toEqual([
        expect.objectContaining({
          level: 40,
          stream: settings.stream,
          loadedUntil: 2,
          msg: expect.stringContaining('was deleted'),
        }),
      ]);
      await expect(log.committedOffset('warehouse')).resolves.toBe(0);
    });
  });
}
