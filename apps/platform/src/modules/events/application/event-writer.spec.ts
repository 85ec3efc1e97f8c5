import { beforeEach, describe, expect, it } from '@jest/globals';
import { DomainError } from '@sortition/kernel';

import { InMemoryEventLog } from '../testing/in-memory-event-log.js';
import { newRecord, ORGANIZATION, OTHER_ENVIRONMENT, OTHER_ORGANIZATION } from '../testing/new-record.js';
import type { NewRecord } from './event-log.js';
import { EventWriter } from './event-writer.js';

describe('EventWriter', () => {
  let log: InMemoryEventLog;
  let writer: EventWriter;

  beforeEach(() => {
    log = new InMemoryEventLog();
    writer = new EventWriter(log);
  });

  const records = (count: number, from = 0): readonly NewRecord[] =>
    Array.from({ length: count }, (_, index) => newRecord(from + index));

  it('tells each batch about its own records', async () => {
    const [first, second] = await Promise.all([
      writer.write(ORGANIZATION, records(2)),
      writer.write(ORGANIZATION, records(3, 1)),
    ]);

    expect(first).toEqual([true, true]);
    expect(second).toEqual([false, true, true]);
  });

  it('appends batches together that arrive while another append is under way', async () => {
    await Promise.all(Array.from({ length: 6 }, (_, index) => writer.write(ORGANIZATION, records(10, index * 10))));
    const release: (() => void)[] = [];
    log.beforeAppend = () => new Promise((resolve) => release.push(resolve));
    log.appends.length = 0;

    const underWay = writer.write(ORGANIZATION, records(1, 100));
    await new Promise((resolve) => setImmediate(resolve));
    const waiting = [101, 102, 103].map((number) => writer.write(ORGANIZATION, records(1, number)));
    release.shift()?.();
    await underWay;
    await new Promise((resolve) => setImmediate(resolve));
    release.shift()?.();
    await Promise.all(waiting);

    expect(log.appends).toEqual([1, 3]);
  });

  it('appends large batches one by one', async () => {
    const payload = JSON.stringify({ text: 'x'.repeat(3 * 1024 * 1024) });
    await Promise.all([0, 1, 2, 3].map((number) => writer.write(ORGANIZATION, [newRecord(number, { payload })])));

    expect(log.appends).toEqual([2, 2]);
  });

  it('refuses what does not fit with a code and a time to wait', async () => {
    log.beforeAppend = () => new Promise(() => undefined);
    Array.from({ length: 16 }, () => void writer.write(ORGANIZATION, records(1_000)));

    await expect(writer.write(ORGANIZATION, records(1))).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
      kind: 'exhausted',
      retryAfterMs: 500,
    });
  });

  it('tells before anything is sent that an organization has no room, and that another has', () => {
    log.beforeAppend = () => new Promise(() => undefined);
    Array.from({ length: 15 }, () => void writer.write(ORGANIZATION, records(1_000)));
    expect(() => writer.requireRoom(ORGANIZATION)).not.toThrow();

    void writer.write(ORGANIZATION, records(1_000));

    expect(() => writer.requireRoom(ORGANIZATION)).toThrow(
      expect.objectContaining({ code: 'QUOTA_EXCEEDED', retryAfterMs: 500 }),
    );
    expect(() => writer.requireRoom(OTHER_ORGANIZATION)).not.toThrow();
  });

  it('keeps room for other organizations when one sends few but large events', async () => {
    log.beforeAppend = () => new Promise(() => undefined);
    const payload = JSON.stringify({ text: 'x'.repeat(4_000_000) });
    const written = Array.from({ length: 9 }, (_, number) =>
      writer.write(ORGANIZATION, [newRecord(number, { payload })]),
    );

    await expect(written.at(-1)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect(() => writer.requireRoom(OTHER_ORGANIZATION)).not.toThrow();
    expect(writer.eventsInFlight).toBe(8);
  });

  it('keeps room for other organizations when one takes all it may', async () => {
    let release = (): void => undefined;
    log.beforeAppend = () => new Promise((resolve) => (release = resolve));
    Array.from({ length: 16 }, (_, index) => void writer.write(ORGANIZATION, records(1_000, index * 1_000)));
    const other = records(1).map((record) => ({
      ...record,
      organizationId: OTHER_ORGANIZATION,
      environmentId: OTHER_ENVIRONMENT,
    }));

    const written = writer.write(OTHER_ORGANIZATION, other);
    await new Promise((resolve) => setImmediate(resolve));
    log.beforeAppend = () => Promise.resolve();
    release();

    await expect(written).resolves.toEqual([true]);
  });

  it('lets organizations take turns, so that the batch of one does not wait behind all those of another', async () => {
    const release: (() => void)[] = [];
    const appended: (readonly string[])[] = [];
    log.beforeAppend = (batch) => {
      appended.push([...new Set(batch.map(({ organizationId }) => organizationId))]);
      return new Promise((resolve) => release.push(resolve));
    };
    const many = Array.from({ length: 12 }, (_, index) => writer.write(ORGANIZATION, records(1_000, index * 1_000)));
    await new Promise((resolve) => setImmediate(resolve));
    const other = { organizationId: OTHER_ORGANIZATION, environmentId: OTHER_ENVIRONMENT };

    const one = writer.write(OTHER_ORGANIZATION, [newRecord(0, other)]);
    release.shift()?.();
    await Promise.all(many.slice(0, 2));
    await new Promise((resolve) => setImmediate(resolve));
    log.beforeAppend = () => Promise.resolve();
    release.shift()?.();

    await expect(one).resolves.toEqual([true]);
    expect(appended).toEqual([[ORGANIZATION], [ORGANIZATION, OTHER_ORGANIZATION]]);
    await Promise.all(many);
  });

  it('takes events again once others are written', async () => {
    await Promise.all(
      Array.from({ length: 16 }, (_, index) => writer.write(ORGANIZATION, records(1_000, index * 1_000))),
    );

    await expect(writer.write(ORGANIZATION, records(1))).resolves.toEqual([false]);
  });

  it('fails every waiting batch when the log is away, and works again when it is back', async () => {
    log.beforeAppend = () => Promise.reject(new DomainError('unavailable', 'DATABASE_UNAVAILABLE', 'away'));

    const results = await Promise.allSettled([
      writer.write(ORGANIZATION, records(1)),
      writer.write(ORGANIZATION, records(1, 1)),
    ]);
    log.beforeAppend = () => Promise.resolve();

    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(log.appends).toEqual([2]);
    await expect(writer.write(ORGANIZATION, records(1))).resolves.toEqual([true]);
  });

  it('fails no batch for the sake of another', async () => {
    log.beforeAppend = async (appended) => {
      if (appended.some(({ payload }) => payload === '"broken"')) throw new Error('broken');
    };

    const results = await Promise.allSettled([
      writer.write(ORGANIZATION, records(1)),
      writer.write(ORGANIZATION, [newRecord(9, { payload: '"broken"' })]),
      writer.write(ORGANIZATION, records(1, 1)),
    ]);

    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});
