import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  adminEventDefinitions,
  adminMetrics,
  events,
  quarantine,
  SERVICES,
  typesEventDefinition,
  typesMetric,
} from '@sortition/contracts';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';

import { call, type Outcome, runPlatform, type RunningPlatform } from './running-platform.js';

const definitions = SERVICES['sortition.admin.v1.EventDefinitionService'];
const { publishEvents } = SERVICES['sortition.events.v1.EventsService'];
const { listQuarantinedEvents, replayQuarantinedEvents } = SERVICES['sortition.events.v1.QuarantineService'];
const { createMetric } = SERVICES['sortition.admin.v1.MetricService'];
const { CreateEventDefinitionRequest, UpdateEventDefinitionRequest } = adminEventDefinitions;
const { Compatibility, UndefinedEvents, ValuePresence } = typesEventDefinition;
const { QUARANTINED } = events.EventStatus;

const PRODUCTION = 'projects/shop/environments/production';
const NAME = 'projects/shop/eventDefinitions/purchase';
const MAX_ATTEMPTS = 2_000;

let postgres: TestPostgres;
let running: RunningPlatform;
let adminKey: string;
let serverKey: string;

beforeAll(async () => {
  postgres = await startTestPostgres();
  running = await runPlatform(await postgres.createDatabase());
  const { keys } = running.platform.starter;
  if (!keys) throw new Error('The first start showed no keys.');
  adminKey = keys.admin;
  serverKey = keys.server;
  const eventDefinition = {
    description: 'Somebody bought something',
    owner: 'team-checkout',
    schema: { type: 'object', properties: { amount: { type: 'number' } } },
    value: { presence: ValuePresence.REQUIRED, minimum: 0 },
    requiredUnits: ['targetingKey'],
    personalData: ['amount'],
  };
  const request = { parent: 'projects/shop', eventDefinitionId: 'purchase', eventDefinition };
  answered(
    await call(running, definitions.createEventDefinition, CreateEventDefinitionRequest.fromPartial(request), adminKey),
  );
});

afterAll(async () => {
  await running.stop();
  await postgres.stop();
});

const update = (
  eventDefinition: Partial<typesEventDefinition.EventDefinition>,
  updateMask: string[],
): Promise<Outcome<adminEventDefinitions.UpdateEventDefinitionResponse>> => {
  const request = UpdateEventDefinitionRequest.fromPartial({
    eventDefinition: { name: NAME, ...eventDefinition },
    updateMask,
  });
  return call(running, definitions.updateEventDefinition, request, adminKey);
};
let published = 0;
const publish = async (value: number | undefined, time = new Date()): Promise<events.EventResult | undefined> => {
  published += 1;
  const id = `0190a000-0000-7000-8000-${published.toString(16).padStart(12, '0')}`;
  const tracked = { name: 'purchase', units: { targetingKey: 'u' }, value, properties: { amount: 3 } };
  const event = { id, time, payload: { $case: 'tracked' as const, value: tracked } };
  const request = events.PublishEventsRequest.fromPartial({ events: [event] });
  return answered(await call(running, publishEvents, request, serverKey)).results[0];
};

describe('EventDefinitionService', () => {
  it('returns what was stored, with the defaults', async () => {
    const { eventDefinition } = answered(await call(running, definitions.getEventDefinition, { name: NAME }, adminKey));

    expect(eventDefinition).toMatchObject({
      name: NAME,
      event: 'purchase',
      value: { presence: ValuePresence.REQUIRED, minimum: 0, maximum: undefined },
      compatibility: Compatibility.BACKWARD,
      version: 1,
    });
  });

  it('refuses a breaking change with the property that breaks', async () => {
    const schema = { type: 'object', properties: { amount: { type: 'string' } } };

    await expect(update({ schema }, ['schema'])).resolves.toMatchObject({
      code: status.INVALID_ARGUMENT,
      reason: 'INVALID_CONFIGURATION',
      fields: ['event_definition.schema.properties.amount.type'],
    });
  });

  it('refuses a change that breaks a metric, naming it', async () => {
    const metric = {
      kind: typesMetric.MetricKind.AVERAGE,
      event: 'purchase',
      aggregation: typesMetric.Aggregation.SUM,
    };
    const request = { parent: 'projects/shop', metricId: 'revenue', metric };
    answered(await call(running, createMetric, adminMetrics.CreateMetricRequest.fromPartial(request), adminKey));

    await expect(update({ value: undefined }, ['value'])).resolves.toMatchObject({
      message: expect.stringContaining('"projects/shop/metrics/revenue"'),
      fields: ['event_definition.value.presence'],
    });
  });

  it('keeps the versions', async () => {
    answered(await update({ owner: 'team-payments' }, ['owner']));

    const request = adminEventDefinitions.ListEventDefinitionVersionsRequest.fromPartial({ name: NAME });
    const { versions } = answered(await call(running, definitions.listEventDefinitionVersions, request, adminKey));

    expect(versions.map(({ version, owner }) => [version, owner])).toEqual([
      [2, 'team-payments'],
      [1, 'team-checkout'],
    ]);
  });

  it('has a policy for undefined events, which accepts until it is changed', async () => {
    const name = 'projects/shop/eventPolicies/default';

    const first = answered(await call(running, definitions.getEventPolicy, { name }, adminKey));
    const eventPolicy = { name, undefinedEvents: UndefinedEvents.QUARANTINE, etag: '', updateTime: undefined };
    answered(await call(running, definitions.updateEventPolicy, { eventPolicy }, adminKey));
    const second = answered(await call(running, definitions.getEventPolicy, { name }, adminKey));
    const other = await call(running, definitions.getEventPolicy, { name: 'projects/shop/eventPolicies/x' }, adminKey);

    expect(first.eventPolicy?.undefinedEvents).toBe(UndefinedEvents.ACCEPT);
    expect(second.eventPolicy?.undefinedEvents).toBe(UndefinedEvents.QUARANTINE);
    expect(other).toMatchObject({ code: status.INVALID_ARGUMENT, fields: ['name'] });
  });
});

describe('QuarantineService', () => {
  it('counts an event that goes there as accepted, for it is stored', async () => {
    await eventually(
      () => publish(undefined),
      (result) => result?.status === QUARANTINED,
    );
    const names = ['accepted', 'late', 'quarantine_announced'];
    const before = await Promise.all(names.map(counted));

    await publish(undefined, new Date(Date.now() - 2 * 3_600_000));
    const after = await Promise.all(names.map(counted));

    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([1, 1, 1]);
  });

  it('tells the sender at once, lists what is wrong and replays after a fix', async () => {
    // The first event of an environment may come before its definitions are known here.
    const told = await eventually(
      () => publish(undefined),
      (result) => result?.status === QUARANTINED,
    );
    const list = async (state: quarantine.QuarantineState): Promise<readonly quarantine.QuarantinedEvent[]> => {
      const request = quarantine.ListQuarantinedEventsRequest.fromPartial({ parent: PRODUCTION, state });
      return answered(await call(running, listQuarantinedEvents, request, adminKey)).events;
    };
    const count = published;
    const kept = await eventually(
      () => list(quarantine.QuarantineState.QUARANTINED),
      ({ length }) => length === Math.min(count, 100),
    );
    answered(await update({ compatibility: Compatibility.NONE }, ['compatibility']));
    const { deleteMetric } = SERVICES['sortition.admin.v1.MetricService'];
    answered(await call(running, deleteMetric, { name: 'projects/shop/metrics/revenue', etag: '' }, adminKey));
    answered(await update({ value: undefined }, ['value']));
    const replay = quarantine.ReplayQuarantinedEventsRequest.fromPartial({ parent: PRODUCTION });

    const report = answered(await call(running, replayQuarantinedEvents, replay, adminKey));

    expect(told).toMatchObject({ reason: 'INVALID_VALUE', message: 'value is missing.' });
    expect(kept.at(-1)).toMatchObject({
      event: 'purchase',
      reason: 'INVALID_VALUE',
      field: 'value',
      definitionVersion: 2,
      units: { targetingKey: 'u' },
      properties: { amount: '[personal data]' },
    });
    expect(report).toMatchObject({ replayedCount: count, failedCount: 0, nextPageToken: '' });
    await expect(list(quarantine.QuarantineState.QUARANTINED)).resolves.toEqual([]);
    expect(await list(quarantine.QuarantineState.REPLAYED)).toHaveLength(Math.min(count, 100));
  });

  it.each<[string, object, string]>([
    ['an environment that does not exist', { parent: 'projects/shop/environments/none' }, 'parent'],
    ['a name that is none', { parent: 'shop' }, 'parent'],
    ['an unknown reason', { filter: { reason: 'BAD' } }, 'filter.reason'],
    ['an id that is none', { filter: { eventIds: ['7'] } }, 'filter.event_ids[0]'],
    ['an unknown state', { state: 9 }, 'state'],
    ['a page that is too large', { pageSize: 5_000 }, 'page_size'],
    ['a page token of another list', { pageToken: 'x' }, 'page_token'],
  ])('refuses %s', async (_case, overrides, field) => {
    const request = quarantine.ListQuarantinedEventsRequest.fromPartial({ parent: PRODUCTION, ...overrides });

    await expect(call(running, listQuarantinedEvents, request, adminKey)).resolves.toMatchObject({ fields: [field] });
  });
});

/** What a counter of the events has come to, over all labels. */
async function counted(name: string): Promise<number> {
  const text = await (await fetch(`${running.platform.httpUrl}/metrics`)).text();
  const samples = text.matchAll(new RegExp(`^sortition_events_${name}_total(?:\\{.*\\})? (\\d+)`, 'gm'));
  return Array.from(samples, ([, value]) => Number(value)).reduce((sum, value) => sum + value, 0);
}

function answered<T>(outcome: Outcome<T>): T {
  if ('response' in outcome) return outcome.response;
  throw new Error(outcome.message);
}

async function eventually<T>(read: () => Promise<T>, isReached: (value: T) => boolean): Promise<T> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const value = await read();
    if (isReached(value)) return value;
  }
  throw new Error('What was expected did not come.');
}
