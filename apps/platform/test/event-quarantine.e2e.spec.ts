import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DomainError } from '@sortition/kernel';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';

import { EventStack, idOf, PRODUCTION, purchase, withLoad } from './event-stack.js';

const WIDER = { type: 'object', properties: { amount: { type: ['number', 'string'] }, email: { type: 'string' } } };
const definition = { kind: 'eventDefinition', project: 'shop', environment: undefined, key: 'purchase' } as const;

let postgres: TestPostgres;
let stack: EventStack;

beforeAll(async () => {
  postgres = await startTestPostgres();
  stack = await EventStack.open(await postgres.createDatabase());
});

afterAll(async () => {
  await stack.close();
  await postgres.stop();
});

const lost = (): DomainError => new DomainError('unavailable', 'WAREHOUSE_UNAVAILABLE', 'the answer was lost');

describe('quarantine', () => {
  it('keeps bad events apart, and lets them through once their definition is fixed, each once', async () => {
    const { author, scope } = await stack.tenant();
    const events = [
      purchase(1, { properties: { amount: 12 } }),
      purchase(2, { properties: { amount: '12' } }),
      purchase(3, { units: { company: 'acme' } }),
      purchase(4, { value: -1 }),
      purchase(5, { name: 'never defined', properties: { amount: '12' } }),
    ];

    const outcomes = await stack.publish.execute(scope, { events, sentAt: undefined });
    await stack.loader().flush();

    expect(outcomes).toMatchObject([
      { outcome: 'accepted' },
      {
        outcome: 'quarantined',
        verdict: {
          reason: 'INVALID_PROPERTIES',
          field: 'properties.amount',
          message: 'properties.amount must be number, got "12".',
          definitionVersion: 1,
        },
      },
      { outcome: 'quarantined', verdict: { reason: 'MISSING_UNIT', field: 'units["targetingKey"]' } },
      { outcome: 'quarantined', verdict: { reason: 'INVALID_VALUE', message: 'value "-1" is below 0.' } },
      { outcome: 'accepted' },
    ]);
    await expect(stack.loaded(scope)).resolves.toEqual([1, 5].map(idOf));
    const kept = await stack.quarantined(scope);
    expect(kept.map(({ eventId }) => eventId).sort()).toEqual([2, 3, 4].map(idOf));

    await stack.admin.updateResource.execute(author, definition, { schema: WIDER }, '');
    const before = Date.now() * 1_000;
    const report = await stack.replay().execute(scope, { event: 'purchase' }, '');
    const again = await stack.replay().execute(scope, {}, '');

    expect(report).toEqual({ replayed: 1, failed: 2, nextId: '' });
    expect(again).toEqual({ replayed: 0, failed: 2, nextId: '' });
    await expect(stack.loaded(scope)).resolves.toEqual([1, 2, 5].map(idOf));
    const [replayed] = await stack.quarantined(scope, true);
    expect(replayed).toMatchObject({ eventId: idOf(2) });
    // The event keeps its own time; the row's receipt is that of the replay, which incremental work follows.
    const times = await stack.loaded(scope, 'epoch_us(time)');
    expect(times[1]).toBe(replayed?.timeMicros);
    expect((await stack.loaded(scope, 'epoch_us(received_at)'))[1]).toBeGreaterThanOrEqual(before - 1_000_000);
    expect(replayed?.receivedMicros).toBeLessThan(before);
    expect((await stack.quarantined(scope, false)).map(({ verdict }) => verdict.definitionVersion)).toEqual([2, 2]);
  });

  it('keeps the first of repeated ids, whatever the others say', async () => {
    const { scope } = await stack.tenant();
    const good = purchase(1, { properties: { amount: 1 } });
    const bad = purchase(1, { properties: { amount: 'x' } });

    const outcomes = await stack.publish.execute(scope, { events: [bad, good], sentAt: undefined });
    const later = await stack.publish.execute(scope, { events: [good], sentAt: undefined });
    await stack.loader().flush();

    expect([...outcomes, ...later].map(({ outcome }) => outcome)).toEqual(['quarantined', 'duplicate', 'duplicate']);
    await expect(stack.loaded(scope)).resolves.toEqual([]);
    await expect(stack.quarantined(scope)).resolves.toHaveLength(1);
  });

  it('repeats harmlessly when the process dies between quarantine and offset', async () => {
    const { scope } = await stack.tenant();
    const events = [purchase(1), purchase(2, { value: -1 })];
    await stack.publish.execute(scope, { events, sentAt: undefined });
    const dying = withLoad(stack.warehouse, () => Promise.reject(lost()));
    await expect(stack.loader(dying).flush()).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' });
    await expect(stack.quarantined(scope)).resolves.toHaveLength(1);
    const forgetful = withLoad(stack.warehouse, async (batch) => {
      await stack.warehouse.load(batch);
      throw lost();
    });
    await expect(stack.loader(forgetful).flush()).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' });

    await stack.loader().flush();

    await expect(stack.loaded(scope)).resolves.toEqual([idOf(1)]);
    await expect(stack.quarantined(scope)).resolves.toMatchObject([{ eventId: idOf(2) }]);
  });

  it('replays once when the process dies between load and mark, or two replay at a time', async () => {
    const { author, scope } = await stack.tenant();
    const events = Array.from({ length: 30 }, (_, index) => purchase(index, { value: -1 }));
    await stack.publish.execute(scope, { events, sentAt: undefined });
    await stack.loader().flush();
    await stack.admin.updateResource.execute(author, definition, { value: undefined }, '');
    const forgetful = withLoad(stack.warehouse, async (batch) => {
      await stack.warehouse.load(batch);
      throw lost();
    });
    await expect(stack.replay(forgetful).execute(scope, {}, '')).rejects.toMatchObject({
      code: 'WAREHOUSE_UNAVAILABLE',
    });
    await expect(stack.quarantined(scope, false)).resolves.toHaveLength(30);

    const reports = await Promise.all([stack.replay(), stack.replay()].map((replay) => replay.execute(scope, {}, '')));

    expect(reports.reduce((sum, { replayed }) => sum + replayed, 0)).toBe(30);
    await expect(stack.loaded(scope)).resolves.toEqual(events.map(({ id }) => id));
    await expect(stack.quarantined(scope, false)).resolves.toEqual([]);
  });

  it('lets a flush wait for a replay under way, whose rows were received before', async () => {
    const { author, scope } = await stack.tenant();
    await stack.publish.execute(scope, { events: [purchase(1, { value: -1 })], sentAt: undefined });
    await stack.loader().flush();
    await stack.admin.updateResource.execute(author, definition, { value: undefined }, '');
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    let arrive = (): void => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const slow = withLoad(stack.warehouse, async (batch) => {
      arrive();
      await released;
      return stack.warehouse.load(batch);
    });
    const replaying = stack.replay(slow).execute(scope, {}, '');
    await arrived;

    const seen = stack
      .loader()
      .flush()
      .then(() => stack.loaded(scope));
    await waitersForReplay();
    release();

    await expect(seen).resolves.toEqual([idOf(1)]);
    await replaying;
  });

  it('quarantines what has no definition only where the project wants it', async () => {
    const { author, scope } = await stack.tenant();
    await stack.admin.eventPolicies.set(author, 'shop', { undefinedEvents: 'quarantine' }, '');
    await stack.definitions.current([scope.environmentId]);

    const events = [purchase(1, { name: 'typo' }), purchase(2)];
    const outcomes = await stack.publish.execute(scope, { events, sentAt: undefined });
    await stack.loader().flush();

    expect(outcomes).toMatchObject([
      { outcome: 'quarantined', verdict: { reason: 'UNDEFINED_EVENT', definitionVersion: 0 } },
      { outcome: 'accepted' },
    ]);
    await expect(stack.loaded(scope)).resolves.toEqual([idOf(2)]);
    await stack.admin.eventPolicies.set(author, 'shop', { undefinedEvents: 'accept' }, '');
    await expect(stack.replay().execute(scope, {}, '')).resolves.toMatchObject({ replayed: 1 });
  });

  it('shows no personal data, neither in properties nor in messages', async () => {
    const { scope } = await stack.tenant();
    const properties = { email: 7, amount: 'ada@example.com', other: 'kept' };
    await stack.publish.execute(scope, { events: [purchase(1, { properties: { email: 7 } })], sentAt: undefined });
    await stack.publish.execute(scope, { events: [purchase(2, { properties, value: -1 })], sentAt: undefined });
    await stack.loader().flush();

    const [second, first] = await stack.quarantined(scope);

    expect(first?.verdict.message).toBe('properties.email must be string.');
    expect(second?.payload.properties).toEqual({ ...properties, email: '[personal data]' });
  });

  it('refuses a payload of 10,000 fields and keeps the good events beside it', async () => {
    const { scope } = await stack.tenant();
    const fields = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`field${index}`, index]));
    const strange = { [`a\0b\ud800`]: 'x\0', amount: '\0' };
    const events = [purchase(1, { properties: fields }), purchase(2, { properties: strange }), purchase(3)];

    const outcomes = await stack.publish.execute(scope, { events, sentAt: undefined });
    await stack.loader().flush();

    expect(outcomes).toMatchObject([
      { outcome: 'rejected', rejection: { reason: 'MESSAGE_TOO_LARGE' } },
      { outcome: 'quarantined', verdict: { field: 'properties.amount' } },
      { outcome: 'accepted' },
    ]);
    await expect(stack.loaded(scope)).resolves.toEqual([idOf(3)]);
    await expect(stack.quarantined(scope)).resolves.toMatchObject([{ payload: { properties: { amount: '\0' } } }]);
  });

  it('finds events by name, reason, id and time of receipt, page by page', async () => {
    const { scope } = await stack.tenant();
    const events = [1, 2, 3].map((number) => purchase(number, { value: -1 }));
    await stack.publish.execute(scope, { events: [...events, purchase(4, { units: { a: 'b' } })], sentAt: undefined });
    await stack.loader().flush();
    const idsBy = async (filter: Parameters<typeof stack.list.execute>[1]['filter']): Promise<readonly string[]> => {
      const query = { parent: PRODUCTION, filter, isReplayed: undefined };
      const first = await stack.list.execute(scope, query, { size: 2, token: '' });
      const next =
        first.nextToken === ''
          ? []
          : (await stack.list.execute(scope, query, { size: 2, token: first.nextToken })).items;
      return [...first.items, ...next].map(({ eventId }) => eventId);
    };

    await expect(idsBy({})).resolves.toEqual([4, 3, 2, 1].map(idOf));
    await expect(idsBy({ reason: 'INVALID_VALUE' })).resolves.toEqual([3, 2, 1].map(idOf));
    await expect(idsBy({ event: 'other' })).resolves.toEqual([]);
    await expect(idsBy({ eventIds: [idOf(2)] })).resolves.toEqual([idOf(2)]);
    await expect(idsBy({ receivedBefore: new Date(0) })).resolves.toEqual([]);
    await expect(
      idsBy({ receivedFrom: new Date(0), receivedBefore: new Date(Date.now() + 60_000) }),
    ).resolves.toHaveLength(4);
  });

  it("is the organization's own", async () => {
    const ours = await stack.tenant();
    const theirs = await stack.tenant();
    await stack.publish.execute(ours.scope, { events: [purchase(1, { value: -1 })], sentAt: undefined });
    await stack.loader().flush();
    const stolen = { organizationId: theirs.scope.organizationId, environmentId: ours.scope.environmentId };

    await expect(stack.quarantined(stolen)).resolves.toEqual([]);
    await expect(stack.replay().execute(stolen, {}, '')).resolves.toMatchObject({ replayed: 0, failed: 0 });
    await expect(stack.quarantined(ours.scope)).resolves.toHaveLength(1);
  });
});

/** Resolves when somebody waits for the lock that replays hold. */
async function waitersForReplay(): Promise<void> {
  const waiting = `SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`;
  for (let n = 0; n === 0;) {
    const rows: readonly { readonly n: number }[] = await stack.tenants.read(idOf(0), (manager) =>
      manager.query(waiting),
    );
    n = rows[0]?.n ?? 0;
  }
}
