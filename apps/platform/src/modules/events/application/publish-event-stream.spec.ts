import { beforeEach, describe, expect, it } from '@jest/globals';
import { DomainError } from '@sortition/kernel';

import { InMemoryEventLog } from '../testing/in-memory-event-log.js';
import { ENVIRONMENT, eventIdOf, ORGANIZATION } from '../testing/new-record.js';
import { NO_DEFINITIONS } from './event-validation.js';
import { EventQuotas } from './event-quotas.js';
import { EventWriter } from './event-writer.js';
import { PublishEventStream } from './publish-event-stream.js';
import { PublishEvents, type SubmittedBatch } from './publish-events.js';

const NOW = Date.UTC(2026, 4, 1, 12);
const scope = { organizationId: ORGANIZATION, environmentId: ENVIRONMENT };

describe('PublishEventStream', () => {
  let log: InMemoryEventLog;
  let nowMs: number;
  const present = new AbortController().signal;

  beforeEach(() => {
    log = new InMemoryEventLog();
    nowMs = NOW;
  });

  const streamWith = (eventsPerSecond?: number): PublishEventStream => {
    const clock = { now: () => nowMs };
    const quotas = new EventQuotas({ eventsPerSecond }, clock);
    return new PublishEventStream(new PublishEvents(new EventWriter(log), clock, NO_DEFINITIONS, quotas), clock, clock);
  };
  const batch = (from: number, count: number, sentAt?: Date): SubmittedBatch => ({
    sentAt,
    events: Array.from({ length: count }, (_, index) => ({
      id: eventIdOf(from + index),
      time: sentAt ?? new Date(NOW),
      payload: {
        kind: 'tracked' as const,
        tracked: { name: 'purchase', units: { targetingKey: 'u' }, value: 1, properties: undefined },
      },
    })),
  });

  it('counts the events of all batches', async () => {
    async function* batches(): AsyncGenerator<SubmittedBatch> {
      yield batch(0, 10);
      yield batch(5, 10);
    }

    const summary = await streamWith().execute(scope, batches(), present);

    expect(summary).toMatchObject({ batches: 2, count: { accepted: 15, duplicate: 5, rejected: 0 } });
  });

  it('reads no more while four batches are being written', async () => {
    let read = 0;
    async function* batches(): AsyncGenerator<SubmittedBatch> {
      for (; read < 20; read += 1) yield batch(read * 10, 10);
    }
    let release = (): void => undefined;
    const appending = new Promise<void>((reached) => {
      log.beforeAppend = () => {
        reached();
        return new Promise((resolve) => (release = resolve));
      };
    });

    const done = streamWith().execute(scope, batches(), present);
    await appending;
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    const readMeanwhile = read;
    log.beforeAppend = () => Promise.resolve();
    release();
    await done;

    expect(readMeanwhile).toBeLessThanOrEqual(4);
    expect(log.records.length).toBe(200);
  });

  it('waits for its quota instead of refusing', async () => {
    const waited: SubmittedBatch[] = [batch(0, 1_000), batch(1_000, 1_000), batch(2_000, 1_000)];
    async function* batches(): AsyncGenerator<SubmittedBatch> {
      for (const next of waited) {
        yield next;
        // The quota frees up with the clock; the wait itself is the real time of a few milliseconds.
        nowMs += 997;
      }
    }

    const summary = await streamWith(1_000).execute(scope, batches(), present);

    expect(summary.count.accepted).toBe(3_000);
  });

  it('fails when room for a batch is too far away', async () => {
    async function* batches(): AsyncGenerator<SubmittedBatch> {
      yield batch(0, 1_000);
      yield batch(1_000, 1);
    }

    const done = streamWith(1).execute(scope, batches(), present);

    await expect(done).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED', retryAfterMs: 998_000 });
  });

  it('fails when the log is away', async () => {
    log.beforeAppend = () => Promise.reject(new DomainError('unavailable', 'DATABASE_UNAVAILABLE', 'away'));
    async function* batches(): AsyncGenerator<SubmittedBatch> {
      yield batch(0, 1);
    }

    await expect(streamWith().execute(scope, batches(), present)).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
    });
  });

  it('takes the time that a batch waited on the way for no fault of the clock', async () => {
    async function* batches(): AsyncGenerator<SubmittedBatch> {
      yield batch(0, 1, new Date(nowMs));
      await new Promise((resolve) => setImmediate(resolve));
      nowMs += 120_000;
      yield batch(1, 1, new Date(NOW + 1_000));
    }

    await streamWith().execute(scope, batches(), present);

    expect(log.records.map(({ timeMicros }) => timeMicros / 1_000)).toEqual([NOW, NOW + 1_000]);
  });

  it('refuses an organization that has too many streams open, and takes more when they have ended', async () => {
    const stream = streamWith();
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    async function* waiting(): AsyncGenerator<SubmittedBatch> {
      await ended;
      yield batch(0, 0);
    }
    const open = Array.from({ length: 16 }, () => stream.execute(scope, waiting(), present));

    await expect(stream.execute(scope, waiting(), present)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    end();
    await Promise.all(open);

    await expect(stream.execute(scope, waiting(), present)).resolves.toMatchObject({ batches: 1 });
  });

  it('tells the first 1,000 problems and counts the others', async () => {
    async function* batches(): AsyncGenerator<SubmittedBatch> {
      for (let index = 0; index < 2; index += 1) {
        const events = Array.from({ length: 800 }, () => ({ id: 'no', time: new Date(NOW), payload: undefined }));
        yield { sentAt: undefined, events };
      }
    }

    const summary = await streamWith().execute(scope, batches(), present);

    expect(summary.count.rejected).toBe(1_600);
    expect(summary.problems.length).toBe(1_000);
  });
});
