import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Metadata } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DuckDBInstance } from '@duckdb/node-api';
import { adminAudit, assignment, events, eventsData, type results, SERVICES } from '@sortition/contracts';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';
import {
  isClickHouseInstalled,
  startTestClickHouse,
  type TestClickHouse,
} from '@sortition/warehouse-clickhouse/testing';

import { call, type Outcome, runPlatform, type RunningPlatform } from './running-platform.js';

const { publishEvents } = SERVICES['sortition.events.v1.EventsService'];
const { eraseUnit, exportEvents } = SERVICES['sortition.events.v1.DataService'];
const { computeResults } = SERVICES['sortition.metrics.v1.ResultsService'];
const { applyDeclaration } = SERVICES['sortition.admin.v1.DeclarationService'];
const { listAuditEntries } = SERVICES['sortition.admin.v1.AuditService'];
const { resolve } = SERVICES['sortition.assignment.v1.AssignmentService'];

const PRODUCTION = 'projects/shop/environments/production';
const EXPERIMENT = 'projects/shop/experiments/checkout';
const VISITORS = 300;
const DECLARATION = {
  version: 1,
  flags: [
    {
      key: 'new-checkout',
      type: 'boolean',
      variants: { off: false, on: true },
      environments: {
        production: { enabled: true, defaultVariant: 'off', rules: [{ key: 'experiment', experiment: 'checkout' }] },
      },
    },
  ],
  metrics: [
    { key: 'purchase-rate', kind: 'conversion', event: 'purchase' },
    { key: 'revenue', kind: 'average', event: 'purchase', cap: { upperQuantile: 0.9 }, covariateWindow: '7d' },
    {
      key: 'order-value',
      kind: 'ratio',
      event: 'purchase',
      filters: [{ property: 'size', in: ['M'] }],
      denominator: { event: 'purchase', aggregation: 'count' },
    },
    { key: 'median', kind: 'quantile', event: 'purchase', quantile: 0.5, unitsWithoutEvents: 'exclude' },
    { key: 'sizes', kind: 'countDistinct', event: 'purchase', property: 'size', nonInferiorityMargin: 0.5 },
    { key: 'twice', kind: 'funnel', event: 'purchase', steps: [{ event: 'purchase' }], window: '1h' },
  ],
  experiments: [
    {
      key: 'checkout',
      flag: 'new-checkout',
      environment: 'production',
      control: 'off',
      variants: { off: 50, on: 50 },
      sticky: true,
      metrics: { success: ['purchase-rate', 'revenue', 'order-value', 'median'], guardrail: ['sizes', 'twice'] },
      state: 'running',
    },
  ],
};

interface Shop {
  readonly running: RunningPlatform;
  readonly admin: string;
  readonly server: string;
}

const WAREHOUSES = ['DuckDB', 'PostgreSQL', ...(isClickHouseInstalled() ? ['ClickHouse'] : [])];

let postgres: TestPostgres;
let clickHouse: TestClickHouse | undefined;
let directory: string;
const shops = new Map<string, Shop>();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sortition-warehouses-'));
  postgres = await startTestPostgres();
  if (isClickHouseInstalled()) clickHouse = await startTestClickHouse();
  const urls: Readonly<Record<string, string | undefined>> = {
    PostgreSQL: await postgres.createDatabase(),
    ClickHouse: clickHouse?.newDatabaseUrl(),
  };
  for (const name of WAREHOUSES) {
    const running = await runPlatform(await postgres.createDatabase(), { warehouseUrl: urls[name] });
    const { keys } = running.platform.starter;
    if (!keys) throw new Error('The first start shows the keys.');
    const shop = { running, admin: keys.admin, server: keys.server };
    shops.set(name, shop);
    const request = { parent: 'projects/shop', declaration: DECLARATION, dryRun: false };
    answered(await call(running, applyDeclaration, { ...request }, shop.admin));
    await visit(shop);
  }
}, 120_000);

afterAll(async () => {
  for (const { running } of shops.values()) await running.stop();
  await postgres.stop();
  await clickHouse?.stop();
  await rm(directory, { recursive: true, force: true });
}, 60_000);

const shopOn = (name: string): Shop => {
  const shop = shops.get(name);
  if (!shop) throw new Error(`No platform runs on ${name}.`);
  return shop;
};

describe.each(WAREHOUSES.filter((name) => name !== 'DuckDB'))('a platform on %s', (name) => {
  it('shows the same results as one on DuckDB', async () => {
    const [shown, reference] = [await resultsOf(shopOn(name)), await resultsOf(shopOn('DuckDB'))];

    expect(shown.units).toEqual(reference.units);
    expect(shown.units.map(({ units }) => units).every((units) => units > 100)).toBe(true);
    expect(rounded(shown.metrics)).toEqual(rounded(reference.metrics));
    expect(shown.metrics.every(({ comparisons }) => comparisons.length === 1)).toBe(true);
  }, 60_000);
});

describe.each(WAREHOUSES)('raw data on %s', (name) => {
  it('leaves as Parquet, all of it', async () => {
    const exposures = await exported(shopOn(name), eventsData.ExportedTable.EXPOSURES);
    const purchases = await exported(shopOn(name), eventsData.ExportedTable.EVENTS);

    await expect(
      rowsOf(exposures, `SELECT count(DISTINCT unit)::INTEGER AS n, min(experiment) AS x FROM FILE`),
    ).resolves.toEqual([{ n: VISITORS, x: 'checkout' }]);
    await expect(
      rowsOf(purchases, `SELECT units['targetingKey'] AS unit, value, properties FROM FILE ORDER BY time LIMIT 2`),
    ).resolves.toEqual([
      { unit: 'visitor-0', value: 0.25, properties: '{"size":"M"}' },
      { unit: 'visitor-3', value: 3.25, properties: '{"size":"M"}' },
    ]);
  }, 60_000);

  it('leaves by range of receipt', async () => {
    const future = new Date(Date.now() + 3_600_000);
    const none = await exported(shopOn(name), eventsData.ExportedTable.EVENTS, { receivedFrom: future });

    await expect(rowsOf(none, 'SELECT count(*)::INTEGER AS n FROM FILE')).resolves.toEqual([{ n: 0 }]);
  }, 60_000);

  it('is erased of one unit in every store, which is audited without naming the unit', async () => {
    const shop = shopOn(name);
    const request = { parent: PRODUCTION, unit: 'visitor-3' };

    const first = answered(await call(shop.running, eraseUnit, request, shop.admin));
    const second = answered(await call(shop.running, eraseUnit, request, shop.admin));

    expect(first.stores).toEqual([
      { store: 'event log', erasedCount: 2, remainingCount: 0 },
      { store: 'quarantine', erasedCount: 0, remainingCount: 0 },
      { store: 'sticky assignments', erasedCount: 1, remainingCount: 0 },
      { store: 'warehouse', erasedCount: 2, remainingCount: 0 },
    ]);
    expect(second.stores.map(({ erasedCount }) => erasedCount)).toEqual([0, 0, 0, 0]);
    const exposures = await exported(shop, eventsData.ExportedTable.EXPOSURES);
    await expect(
      rowsOf(
        exposures,
        `SELECT count(*)::INTEGER AS n, count(*) FILTER (unit = 'visitor-3')::INTEGER AS erased FROM FILE`,
      ),
    ).resolves.toEqual([{ n: VISITORS - 1, erased: 0 }]);
    const audited = answered(
      await call(
        shop.running,
        listAuditEntries,
        adminAudit.ListAuditEntriesRequest.fromPartial({ pageSize: 10 }),
        shop.admin,
      ),
    );
    expect(JSON.stringify(audited)).toContain(first.unitDigest);
    expect(JSON.stringify(audited)).not.toContain('visitor-3');
  }, 60_000);

  it('does not come back when its sender repeats it', async () => {
    const shop = shopOn(name);

    await publish(shop, 3, 4);

    const request = { parent: PRODUCTION, unit: 'visitor-3' };
    const again = answered(await call(shop.running, eraseUnit, request, shop.admin));
    expect(again.stores.map(({ erasedCount }) => erasedCount)).toEqual([0, 0, 0, 0]);
  }, 60_000);
});

describe('a wrong order', () => {
  it.each([
    ['an environment that is not there', { parent: 'projects/shop/environments/nowhere', unit: 'u' }, 'parent'],
    ['no unit', { parent: PRODUCTION, unit: '' }, 'unit'],
  ])('is refused: %s', async (_what, request, field) => {
    const { running, admin } = shopOn('DuckDB');

    await expect(call(running, eraseUnit, request, admin)).resolves.toMatchObject({ fields: [field] });
  });

  it('is refused: a range that ends before it begins', async () => {
    const range = { receivedFrom: new Date(2_000), receivedBefore: new Date(1_000) };

    await expect(exported(shopOn('DuckDB'), eventsData.ExportedTable.EVENTS, range)).rejects.toThrow(/received_before/);
  });
});

/** Every visitor resolves the flag and is exposed; every third purchases. */
async function visit(shop: Shop): Promise<void> {
  // Makes the sticky assignments.
  const request = assignment.ResolveRequest.fromPartial({
    flag: 'new-checkout',
    context: { targetingKey: 'visitor-3' },
  });
  answered(await call(shop.running, resolve, request, shop.server));
  for (let from = 0; from < VISITORS; from += 100) await publish(shop, from, from + 100);
}

async function publish({ running, server }: Shop, from: number, to: number): Promise<void> {
  const batch = Array.from({ length: to - from }, (_, index) => eventsOf(from + index)).flat();
  const outcome = await call(running, publishEvents, { events: batch, sentAt: undefined }, server);
  const unexpected = answered(outcome).results.filter(({ status }) => status === events.EventStatus.REJECTED);
  expect(unexpected).toEqual([]);
}

function eventsOf(visitor: number): events.Event[] {
  const unit = `visitor-${String(visitor)}`;
  const time = (offset: number): Date => new Date(TIME_MS + visitor * 1_000 + offset);
  const id = (kind: number): string => `0190a000-0000-7000-8000-${(visitor * 2 + kind).toString(16).padStart(12, '0')}`;
  const exposure = events.Event.fromPartial({
    id: id(0),
    time: time(0),
    payload: {
      $case: 'exposure',
      value: {
        flag: 'new-checkout',
        variant: visitor % 2 === 0 ? 'off' : 'on',
        rule: 'experiment',
        experiment: 'checkout',
        phase: 1,
        unitAttribute: 'targetingKey',
        unit,
      },
    },
  });
  const purchase = events.Event.fromPartial({
    id: id(1),
    time: time(10),
    payload: {
      $case: 'tracked',
      value: { name: 'purchase', units: { targetingKey: unit }, value: visitor + 0.25, properties: { size: 'M' } },
    },
  });
  return visitor % 3 === 0 ? [exposure, purchase] : [exposure];
}

const TIME_MS = Date.now() - VISITORS * 1_000;

async function resultsOf({ running, admin }: Shop): Promise<results.ResultSnapshot> {
  const { results: shown } = answered(await call(running, computeResults, { experiment: EXPERIMENT }, admin));
  if (!shown) throw new Error('There are no results.');
  return shown;
}

/** Sums differ in their last digits by the order of addition. */
function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, part: unknown) => (typeof part === 'number' ? Number(part.toPrecision(10)) : part)),
  );
}

async function exported(
  { running, admin }: Shop,
  table: eventsData.ExportedTable,
  range: Partial<eventsData.ExportEventsRequest> = {},
): Promise<string> {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${admin}`);
  const stream = running.client.makeServerStreamRequest(
    exportEvents.path,
    exportEvents.requestSerialize,
    exportEvents.responseDeserialize,
    { parent: PRODUCTION, table, receivedFrom: undefined, receivedBefore: undefined, ...range },
    metadata,
    { deadline: Date.now() + 30_000 },
  );
  const chunks: Uint8Array[] = [];
  for await (const { chunk } of stream as AsyncIterable<eventsData.ExportEventsResponse>) chunks.push(chunk);
  const path = join(directory, `${String(table)}-${String(Math.random())}.parquet`);
  await writeFile(path, Buffer.concat(chunks));
  return path;
}

async function rowsOf(path: string, sql: string): Promise<readonly unknown[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const rows = (await connection.runAndReadAll(sql.replace('FILE', `'${path}'`))).getRowObjectsJS();
  connection.closeSync();
  instance.closeSync();
  return rows;
}

function answered<T>(outcome: Outcome<T>): T {
  if ('response' in outcome) return outcome.response;
  throw new Error(`${outcome.reason}: ${outcome.message}`);
}
