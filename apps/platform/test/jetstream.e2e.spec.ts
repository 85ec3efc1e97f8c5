import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { events, SERVICES } from '@sortition/contracts';
import { findNatsServer, startTestNats, startTestPostgres, type TestNats, type TestPostgres } from '@sortition/testing';
import { openDuckDbWarehouse } from '@sortition/warehouse-duckdb';

import { createLogger } from '../src/index.js';
import { JetStreamEventLog } from '../src/modules/events/infra/jetstream/jetstream-event-log.js';
import { parseJetStreamUrl } from '../src/modules/events/infra/jetstream/parse-jetstream-url.js';
import { call, runPlatform, type RunningPlatform } from './running-platform.js';

const { publishEvents } = SERVICES['sortition.events.v1.EventsService'];
const LOAD_DEADLINE_MS = 30_000;
const POLL_MS = 20;
const { ACCEPTED, DUPLICATE } = events.EventStatus;

if (findNatsServer() === undefined) {
  describe('the platform on NATS JetStream', () => {
    it.skip('is tested where a nats-server is installed (apt-get install nats-server)', () => undefined);
  });
} else {
  describe('the platform on NATS JetStream', () => {
    let nats: TestNats;
    let postgres: TestPostgres;
    let databaseUrl: string;
    let dataDirectory: string;
    let serverKey: string;
    const started: RunningPlatform[] = [];

    beforeAll(async () => {
      dataDirectory = await mkdtemp(join(tmpdir(), 'sortition-jetstream-'));
      [nats, postgres] = await Promise.all([startTestNats(), startTestPostgres()]);
      databaseUrl = await postgres.createDatabase();
    });

    afterAll(async () => {
      for (const running of started) await running.stop();
      await postgres.stop();
      await nats.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    });

    const start = async (): Promise<RunningPlatform> => {
      const eventLogUrl = `${nats.url}?max_bytes=256MiB`;
      const running = await runPlatform(databaseUrl, { dataDirectory, eventLogUrl });
      started.push(running);
      return running;
    };
    const publish = async (running: RunningPlatform, from: number, to: number): Promise<ReadonlySet<number>> => {
      const request = events.PublishEventsRequest.fromPartial({ events: eventsOf(from, to), sentAt: new Date() });
      const outcome = await call(running, publishEvents, request, serverKey);
      if (!('response' in outcome)) throw new Error(`${outcome.reason}: ${outcome.message}`);
      return new Set(outcome.response.results.map(({ status }) => status));
    };

    it('tells in its readiness whether the log answers, and stays in rotation without it', async () => {
      const eventLogUrl = `${nats.url}/READINESS?max_bytes=64MiB`;
      const running = await runPlatform(await postgres.createDatabase(), { eventLogUrl });
      started.push(running);
      const readiness = async (): Promise<{ readonly code: number; readonly eventLog?: string }> => {
        const response = await fetch(`${running.platform.httpUrl}/readyz`);
        return { code: response.status, ...((await response.json()) as object) };
      };
      await expect(readiness()).resolves.toMatchObject({ code: 200, status: 'ready', eventLog: 'up' });

      for (const node of nats.nodes) await node.kill();
      await expect(readiness()).resolves.toMatchObject({ code: 200, status: 'degraded', eventLog: 'down' });

      for (const node of nats.nodes) await node.restart();
      // The connection comes back by itself, sooner or later.
      for (const giveUpAt = Date.now() + LOAD_DEADLINE_MS; Date.now() < giveUpAt;) {
        if ((await readiness()).eventLog === 'up') break;
        await pause(POLL_MS);
      }
      await expect(readiness()).resolves.toMatchObject({ code: 200, status: 'ready', eventLog: 'up' });
    }, 60_000);

    it('brings what it acknowledged into the warehouse once, over restarts and with PostgreSQL gone', async () => {
      const first = await start();
      serverKey = first.platform.starter.keys?.server ?? '';
      await expect(publish(first, 0, 500)).resolves.toEqual(new Set([ACCEPTED]));
      await first.stop();

      const second = await start();
      await expect(publish(second, 0, 500)).resolves.toEqual(new Set([DUPLICATE]));
      await expect(publish(second, 400, 900)).resolves.toEqual(new Set([ACCEPTED, DUPLICATE]));
      // From now on the loader knows the definitions by which it judges the environment's events.
      await hasLoaded(nats.url);
      await postgres.stop();
      await expect(publish(second, 900, 1_300)).resolves.toEqual(new Set([ACCEPTED]));
      await hasLoaded(nats.url);
      const ready = await fetch(`${second.platform.httpUrl}/readyz`);
      await expect(ready.json()).resolves.toMatchObject({ status: 'degraded', database: 'down', eventLog: 'up' });
      await second.stop();

      const ids = await idsInWarehouse(join(dataDirectory, 'warehouse.duckdb'));
      expect(ids).toEqual(eventsOf(0, 1_300).map(({ id }) => id));
    }, 120_000);
  });
}

function eventsOf(from: number, to: number): events.Event[] {
  return Array.from({ length: to - from }, (_, index) => ({
    id: `0190a000-0000-7000-8000-${(from + index).toString(16).padStart(12, '0')}`,
    time: new Date(),
    payload: {
      $case: 'tracked',
      value: {
        name: 'purchase',
        units: { targetingKey: `user-${String(index)}` },
        value: index,
        properties: undefined,
      },
    },
  }));
}

/** Asks the log until the loader has come to its end. */
async function hasLoaded(url: string): Promise<void> {
  const log = await JetStreamEventLog.open(parseJetStreamUrl(url), createLogger({ level: 'silent' }));
  try {
    const { offset } = await log.end();
    for (const giveUpAt = Date.now() + LOAD_DEADLINE_MS; Date.now() < giveUpAt;) {
      if ((await log.committedOffset('warehouse')) === offset) return;
      await pause(POLL_MS);
    }
  } finally {
    await log.close();
  }
  throw new Error('The loader did not bring everything into the warehouse in time.');
}

async function idsInWarehouse(path: string): Promise<readonly unknown[]> {
  const warehouse = await openDuckDbWarehouse({ path });
  const rows = await warehouse.query('SELECT event_id FROM events ORDER BY event_id', []);
  await warehouse.close();
  return rows.map((row) => row['event_id']);
}
