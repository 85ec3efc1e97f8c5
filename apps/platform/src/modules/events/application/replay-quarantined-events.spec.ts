import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Warehouse } from '@sortition/plugin-sdk';
import { openDuckDbWarehouse } from '@sortition/warehouse-duckdb';

import type { ProjectRules } from '../domain/event-rules.js';
import { InMemoryEventLog } from '../testing/in-memory-event-log.js';
import { InMemoryQuarantine } from '../testing/in-memory-quarantine.js';
import { ENVIRONMENT, eventIdOf, ORGANIZATION } from '../testing/new-record.js';
import type { EventDefinitions } from './event-definitions.js';
import { ReplayQuarantinedEvents } from './replay-quarantined-events.js';

const scope = { organizationId: ORGANIZATION, environmentId: ENVIRONMENT };
const accepting: ProjectRules = { undefinedEvents: 'accept', events: new Map() };
const refusing: ProjectRules = { undefinedEvents: 'quarantine', events: new Map() };

describe('ReplayQuarantinedEvents', () => {
  let store: InMemoryQuarantine;
  let warehouse: Warehouse;
  let rules: ProjectRules;

  beforeEach(async () => {
    store = new InMemoryQuarantine();
    warehouse = await openDuckDbWarehouse({ path: ':memory:', threads: 2 });
    await warehouse.prepare();
    rules = accepting;
  });

  const replay = (): ReplayQuarantinedEvents => {
    const definitions: EventDefinitions = {
      known: () => rules,
      current: async (ids) => new Map(ids.map((id) => [id, { organizationId: ORGANIZATION, rules }])),
    };
    return new ReplayQuarantinedEvents(store, definitions, new InMemoryEventLog(), warehouse);
  };
  const quarantine = (count: number): Promise<unknown> =>
    store.keep(
      Array.from({ length: count }, (_, number) => ({
        ...scope,
        eventId: eventIdOf(number),
        timeMicros: number,
        receivedMicros: number,
        payload: { name: 'purchase', value: number, units: { targetingKey: 'u' }, properties: {} },
        verdict: { reason: 'INVALID_VALUE', field: 'value', message: '', definitionVersion: 1 },
      })),
    );

  it('goes on where a call came to its limit, and loads each event once', async () => {
    await quarantine(20_500);

    const first = await replay().execute(scope, {}, '');
    const second = await replay().execute(scope, {}, first.nextId);

    expect(first).toEqual({ replayed: 20_000, failed: 0, nextId: eventIdOf(19_999) });
    expect(second).toEqual({ replayed: 500, failed: 0, nextId: '' });
    const [row] = await warehouse.query('SELECT count(*) AS n, count(DISTINCT event_id) AS ids FROM events', []);
    expect(row).toEqual({ n: 20_500, ids: 20_500 });
  });

  it('passes what still fails once a call, with its present reason', async () => {
    await quarantine(1_500);
    rules = refusing;

    const report = await replay().execute(scope, {}, '');

    expect(report).toEqual({ replayed: 0, failed: 1_500, nextId: '' });
    expect(new Set(store.events().map(({ verdict }) => verdict.reason))).toEqual(new Set(['UNDEFINED_EVENT']));
  });

  it('marks nothing when the warehouse fails', async () => {
    await quarantine(3);
    await warehouse.close();

    await expect(replay().execute(scope, {}, '')).rejects.toThrow();

    expect(store.events().map(({ replayedAt }) => replayedAt)).toEqual([undefined, undefined, undefined]);
  });
});
