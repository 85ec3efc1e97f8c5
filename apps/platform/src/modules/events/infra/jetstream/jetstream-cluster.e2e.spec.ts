import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { findNatsServer, startTestNats, type TestNats, type TestNatsNode } from '@sortition/testing';
import pino from 'pino';

import type { EventLog, LogRecord } from '../../application/event-log.js';
import { newRecord } from '../../testing/new-record.js';
import { JetStreamEventLog } from './jetstream-event-log.js';
import type { JetStreamSettings } from './jetstream-settings.js';
import { parseJetStreamUrl } from './parse-jetstream-url.js';

const BATCH = 100;
/** Enough that they hardly all sit on servers that agree when one does not. */
const VIEWS = 10;

if (findNatsServer() === undefined) {
  describe('JetStreamEventLog on a cluster', () => {
    it.skip('is tested where a nats-server is installed (apt-get install nats-server)', () => undefined);
  });
} else {
  describe('JetStreamEventLog on a cluster of three', () => {
    let nats: TestNats;
    let logs: readonly JetStreamEventLog[];
    let settings: JetStreamSettings;

    beforeAll(async () => {
      nats = await startTestNats({ nodes: 3 });
      settings = parseJetStreamUrl(`${nats.url}/CLUSTER?replicas=3&max_bytes=256MiB`);
      const open = (): Promise<JetStreamEventLog> => JetStreamEventLog.open(settings, pino({ enabled: false }));
      logs = [await open(), await open()];
    });

    afterAll(async () => {
      for (const log of logs) await log.close();
      await nats.stop();
    });

    // `npm run proof -w apps/platform -- jetstream` does it for the whole platform, round after round.
    it('holds every acknowledged event exactly once after the leader was killed under load', async () => {
      const load = new Load();
      // Two processes send the same events: every one of them is a repetition for one or the other.
      const sending = Promise.all([0, 0, 1, 1].map((sender, index) => load.send(logOf(logs, index % 2), sender)));

      await load.reaches(2_000);
      const leader = await leaderOf(nats);
      await leader.kill();
      await load.reaches(load.acknowledged.size + 2_000);
      await leader.restart();
      load.stop();
      await sending;

      const ids = await idsIn(logOf(logs, 0));
      expect(new Set(ids).size).toBe(ids.length);
      const present = new Set(ids);
      expect([...load.acknowledged].filter((id) => !present.has(id))).toEqual([]);
      await expect(idsIn(logOf(logs, 1))).resolves.toEqual(ids);
    }, 60_000);

    it('refuses cleanly without a majority, and takes the same events when it is back', async () => {
      const log = logOf(logs, 0);
      const hasty = await JetStreamEventLog.open({ ...settings, appendDeadlineMs: 500 }, pino({ enabled: false }));
      const killed = [nodeOf(nats, 0), nodeOf(nats, 1)];
      const records = Array.from({ length: BATCH }, (_, index) => newRecord(90_000_000 + index));
      for (const node of killed) await node.kill();

      await expect(hasty.append(records)).rejects.toMatchObject({
        kind: 'unavailable',
        code: 'EVENT_LOG_UNAVAILABLE',
        retryAfterMs: 1_000,
      });

      await Promise.all(killed.map((node) => node.restart()));
      await hasty.close();
      await log.append(records);
      const ids = await idsIn(log);
      expect(ids.filter((id) => records.some(({ eventId }) => eventId === id))).toHaveLength(BATCH);
    }, 60_000);

    it('gives an event the same offset on every server after most of them were killed', async () => {
      const log = logOf(logs, 0);
      // The cursor of each view sits on a server that the cluster chooses.
      const open = (): Promise<JetStreamEventLog> => JetStreamEventLog.open(settings, pino({ enabled: false }));
      const views = await Promise.all(Array.from({ length: VIEWS }, open));
      const numbered = await Promise.all(views.map((view) => recordsIn(view)));
      for (const view of views) await view.close();

      const expected = (await recordsIn(log)).map(placeOf);
      for (const records of numbered) expect(records.map(placeOf)).toEqual(expected);
    }, 60_000);
  });
}

/** Senders that repeat half of each batch with the next, until they are stopped. */
class Load {
  readonly acknowledged = new Set<string>();
  private isStopped = false;
  private waiting: (() => void)[] = [];

  async send(log: EventLog, sender: number): Promise<void> {
    for (let first = sender * 1_000_000; !this.isStopped; first += BATCH / 2) {
      const records = Array.from({ length: BATCH }, (_, index) => newRecord(first + index));
      await this.append(log, records);
      for (const { eventId } of records) this.acknowledged.add(eventId);
      for (const resume of this.waiting.splice(0)) resume();
    }
  }

  async reaches(count: number): Promise<void> {
    while (this.acknowledged.size < count) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  stop(): void {
    this.isStopped = true;
  }

  /** As an SDK does: again, until it is acknowledged. */
  private async append(log: EventLog, records: Parameters<EventLog['append']>[0]): Promise<void> {
    for (;;) {
      try {
        await log.append(records);
        return;
      } catch (error) {
        expect(error).toMatchObject({ code: 'EVENT_LOG_UNAVAILABLE' });
      }
    }
  }
}

async function idsIn(log: EventLog): Promise<readonly string[]> {
  return (await recordsIn(log)).map(({ eventId }) => eventId);
}

async function recordsIn(log: EventLog): Promise<readonly LogRecord[]> {
  const all: LogRecord[] = [];
  const end = await log.end();
  for (let offset = 0; offset < end.offset;) {
    const records = await log.read(offset, 5_000);
    all.push(...records);
    offset = records.at(-1)?.offset ?? end.offset;
  }
  return all;
}

function placeOf({ offset, eventId }: LogRecord): string {
  return `${String(offset)} ${eventId}`;
}

function logOf(logs: readonly JetStreamEventLog[], index: number): JetStreamEventLog {
  const log = logs[index];
  if (!log) throw new Error(`There is no view ${String(index)} of the log.`);
  return log;
}

/** The node that takes the stream's messages at the moment. */
async function leaderOf(nats: TestNats): Promise<TestNatsNode> {
  const connection = await connect({ servers: nats.nodes.map(({ address }) => address) });
  const { cluster } = await (await jetstreamManager(connection)).streams.info('CLUSTER');
  await connection.close();
  const leader = nats.nodes.find(({ name }) => name === cluster?.leader);
  if (!leader) throw new Error('The stream has no leader.');
  return leader;
}

function nodeOf(nats: TestNats, index: number): TestNatsNode {
  const node = nats.nodes[index];
  if (!node) throw new Error(`There is no node ${String(index)}.`);
  return node;
}
