import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { MetricDefinition } from '@sortition/declaration';
import { DomainError, systemClock } from '@sortition/kernel';
import type { EventRow, ExposureRow, Warehouse } from '@sortition/plugin-sdk';
import { eventRow, exposureRow } from '@sortition/plugin-sdk/testing';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';
import { openDuckDbWarehouse } from '@sortition/warehouse-duckdb';
import { DataSource } from 'typeorm';

import { appDataSource } from '../../../runtime/database/app-data-source.js';
import { migrate } from '../../../runtime/database/migrate.js';
import { TypeormTenantDatabase } from '../../../runtime/database/typeorm-tenant-database.js';
import type { AnalyzedExperiment, AnalyzedMetric, ExperimentCatalog } from '../../admin/index.js';
import { ResultSnapshotEntity } from '../infra/typeorm/result-snapshot.entity.js';
import { TypeormResultStore } from '../infra/typeorm/typeorm-result-store.js';
import { ComputeResults } from './compute-results.js';
import { ExperimentStatisticsSource } from './experiment-statistics-source.js';
import { GetResults } from './get-results.js';

const ORGANIZATION = '0190a000-0000-7000-8000-0000000000a1';
const OTHER_ORGANIZATION = '0190a000-0000-7000-8000-0000000000a2';
const STARTED_MS = 1_780_000_000_000;
const HOUR_MS = 3_600_000;
const NAME = 'projects/shop/experiments/green-button';

const metric = (key: string, overrides: Partial<MetricDefinition>): AnalyzedMetric => ({
  key,
  role: 'success',
  definition: {
    description: '',
    kind: 'conversion',
    event: 'purchase',
    aggregation: 'sum',
    direction: 'increase',
    ...overrides,
  },
});

const experiment: AnalyzedExperiment = {
  id: '0190a000-0000-7000-8000-0000000000f1',
  name: NAME,
  key: 'green-button',
  environmentId: exposureRow(0).environmentId,
  flag: 'button',
  unitAttribute: 'targetingKey',
  phase: 1,
  control: 'blue',
  allocations: [
    { variant: 'blue', weight: 500_000 },
    { variant: 'green', weight: 500_000 },
  ],
  alpha: 0.05,
  startedAt: new Date(STARTED_MS),
  endedAt: undefined,
  metrics: [
    metric('rate-in-an-hour', { windowMs: HOUR_MS }),
    metric('revenue', { kind: 'average' }),
    metric('visits-in-an-hour', { kind: 'average', aggregation: 'count', event: 'visit', windowMs: HOUR_MS }),
  ],
};

describe('ComputeResults', () => {
  let server: TestPostgres;
  let source: DataSource;
  let warehouse: Warehouse;
  let analyzed: AnalyzedExperiment;
  let compute: ComputeResults;
  let get: GetResults;

  beforeAll(async () => {
    server = await startTestPostgres();
    const url = await server.createDatabase();
    await migrate(url);
    const owner = await new DataSource({ type: 'postgres', url }).initialize();
    // The superuser that owns the tables is not held by row-level security.
    await owner.query(`INSERT INTO organization (id, key, display_name) VALUES ($1, 'a', 'A'), ($2, 'b', 'B')`, [
      ORGANIZATION,
      OTHER_ORGANIZATION,
    ]);
    await owner.destroy();
    source = await appDataSource(url, [ResultSnapshotEntity]).initialize();
  });

  afterAll(async () => {
    await source.destroy();
    await server.stop();
  });

  beforeEach(async () => {
    warehouse = await openDuckDbWarehouse({ path: ':memory:', threads: 2 });
    await warehouse.prepare();
    analyzed = experiment;
    const catalog: ExperimentCatalog = {
      forAnalysis: async (organizationId, name) => {
        if (organizationId === ORGANIZATION && name === NAME) return analyzed;
        throw new DomainError('not-found', 'RESOURCE_NOT_FOUND', `No experiment "${name}".`);
      },
    };
    const store = new TypeormResultStore(new TypeormTenantDatabase(source));
    const loader = { flush: async () => ({ time: new Date(STARTED_MS + 42) }), warehouseState: () => 'up' as const };
    compute = new ComputeResults(catalog, loader, new ExperimentStatisticsSource(warehouse), store, systemClock);
    get = new GetResults(catalog, store);
  });

  afterEach(() => warehouse.close());

  let offset = 0;
  const load = async (exposures: readonly ExposureRow[], events: readonly EventRow[]): Promise<void> => {
    offset += 1;
    await warehouse.load({ source: 'test', offset, exposures, events });
  };

  it('agrees with a computation of its own kind on random data', async () => {
    const data = randomData(2_000, 20_260_501);
    await load(data.exposures, data.events);

    const snapshot = await compute.execute(ORGANIZATION, NAME);

    const expected = expectedOf(data, analyzed);
    expect(snapshot.multipleExposureUnits).toBe(expected.multiple);
    expect(expected.multiple).toBeGreaterThan(10);
    for (const [index, { variants }] of snapshot.metrics.entries()) {
      for (const { variant, units, sum } of variants) {
        const numbers = expected.numbers(variant, index);
        expect(units).toBe(numbers.length);
        expect(sum).toBeCloseTo(total(numbers), 6);
      }
    }
    const [first, second] = ['green', 'blue'].map((variant) => expected.numbers(variant, 1));
    const test = snapshot.metrics[1]?.comparisons[0]?.test;
    expect(test?.absolute.value).toBeCloseTo(mean(first) - mean(second), 9);
    expect(test?.absolute.standardError).toBeCloseTo(Math.sqrt(meanVariance(first) + meanVariance(second)), 9);
    expect(snapshot.metrics[0]?.comparisons[0]?.test).toBeDefined();
    expect(snapshot.queries).toMatchObject([{ label: 'green-button', sql: expect.stringContaining('WITH units') }]);
    expect(snapshot.watermark).toEqual(new Date(STARTED_MS + 42));
  });

  // A public client key can send any number.
  it('lets a forged number cost its own metric and no other', async () => {
    const data = randomData(2_000, 20_260_502);
    const target = data.exposures.find(({ variant }) => variant === 'green');
    const forged = eventRow(1_000_000, {
      units: { [target?.unitAttribute ?? '']: target?.unit ?? '' },
      name: 'purchase',
      value: 1e200,
      timeMicros: (target?.timeMicros ?? 0) + 1_000,
      receivedMicros: (target?.timeMicros ?? 0) + 1_000,
    });
    await load(data.exposures, [...data.events, forged]);

    const { metrics } = await compute.execute(ORGANIZATION, NAME);

    const [rate, revenue, visits] = metrics.map(({ comparisons }) => comparisons[0]);
    expect([rate?.test, visits?.test]).toEqual([expect.anything(), expect.anything()]);
    expect(revenue?.test).toBeUndefined();
    expect(revenue?.reason).toMatch(/^OUT_OF_RANGE: 1 of \d+ units has a number beyond 1e100 in variant "green"/);
    expect((await get.execute(ORGANIZATION, NAME)).metrics).toEqual(metrics);
  });

  it('counts events from the first exposure to the end of the window, the end not included', async () => {
    const at = (ms: number): number => (STARTED_MS + ms) * 1_000;
    await load(
      [
        exposureRow(1, { variant: 'blue', unit: 'u', timeMicros: at(2_000) }),
        exposureRow(2, { variant: 'blue', unit: 'u', timeMicros: at(1_000) }),
      ],
      [0, 1_000, 1_000 + HOUR_MS - 1, 1_000 + HOUR_MS].map((ms, index) =>
        eventRow(10 + index, { name: 'visit', units: { targetingKey: 'u' }, timeMicros: at(ms) }),
      ),
    );

    const snapshot = await compute.execute(ORGANIZATION, NAME);

    expect(snapshot.metrics[2]?.variants[0]).toEqual({ variant: 'blue', units: 1, sum: 2, mean: 2 });
  });

  it('looks at the phase, the unit and the environment of the experiment only', async () => {
    await load(
      [
        exposureRow(1, { variant: 'blue', unit: 'u1' }),
        exposureRow(2, { variant: 'blue', unit: 'u2', phase: 2 }),
        exposureRow(3, { variant: 'blue', unit: 'u3', experiment: 'another' }),
        exposureRow(4, { variant: 'blue', unit: 'u4', unitAttribute: 'company' }),
        exposureRow(5, { variant: 'blue', unit: 'u5', environmentId: '0190a000-0000-7000-8000-0000000000ff' }),
      ],
      [
        eventRow(6, { units: { targetingKey: 'u1' }, value: 3 }),
        eventRow(7, { units: { company: 'u1' }, value: 5 }),
        eventRow(8, { units: { targetingKey: 'u1' }, value: 7, environmentId: '0190a000-0000-7000-8000-0000000000ff' }),
      ],
    );

    const snapshot = await compute.execute(ORGANIZATION, NAME);

    expect(snapshot.units[0]?.units).toBe(1);
    expect(snapshot.metrics[1]?.variants[0]).toMatchObject({ units: 1, sum: 3 });
  });

  it('leaves out what happens after the end, but lets windows run out', async () => {
    const at = (ms: number): number => (STARTED_MS + ms) * 1_000;
    analyzed = { ...experiment, endedAt: new Date(STARTED_MS + HOUR_MS) };
    await load(
      [
        exposureRow(1, { variant: 'blue', unit: 'u', timeMicros: at(HOUR_MS - 1) }),
        exposureRow(2, { variant: 'blue', unit: 'late', timeMicros: at(HOUR_MS) }),
      ],
      [eventRow(3, { units: { targetingKey: 'u' }, value: 9, timeMicros: at(HOUR_MS + 1) })],
    );

    const snapshot = await compute.execute(ORGANIZATION, NAME);

    expect(snapshot.units[0]?.units).toBe(1);
    expect(snapshot.metrics[0]?.variants[0]?.sum).toBe(1);
    expect(snapshot.metrics[1]?.variants[0]?.sum).toBe(0);
  });

  it('shows the units of an experiment without metrics', async () => {
    analyzed = { ...experiment, metrics: [] };
    await load([exposureRow(1, { variant: 'blue' })], []);

    const snapshot = await compute.execute(ORGANIZATION, NAME);

    expect(snapshot.units).toMatchObject([
      { variant: 'blue', units: 1 },
      { variant: 'green', units: 0 },
    ]);
    expect(snapshot.metrics).toEqual([]);
  });

  it('keeps what it computed, so that the newest is read again as it was', async () => {
    const first = await compute.execute(ORGANIZATION, NAME);
    await load([exposureRow(1, { variant: 'blue' }), exposureRow(2)], [eventRow(1), eventRow(2)]);
    const second = await compute.execute(ORGANIZATION, NAME);

    const kept = await get.execute(ORGANIZATION, NAME);

    expect(kept).toEqual(second);
    expect(kept.id).not.toBe(first.id);
  });

  it('says that an experiment has no results yet', async () => {
    analyzed = { ...experiment, id: '0190a000-0000-7000-8000-0000000000f9' };

    await expect(get.execute(ORGANIZATION, NAME)).rejects.toMatchObject({
      code: 'RESOURCE_NOT_FOUND',
      message: expect.stringContaining(NAME),
    });
  });

  it('shows an organization nothing of the results of another', async () => {
    await compute.execute(ORGANIZATION, NAME);
    const store = new TypeormResultStore(new TypeormTenantDatabase(source));

    await expect(store.newest(OTHER_ORGANIZATION, experiment.id)).resolves.toBeUndefined();
  });
});

interface Data {
  readonly exposures: readonly ExposureRow[];
  readonly events: readonly EventRow[];
}

/** Units with one or two exposures, some of both variants, and events before, within and after the window. */
function randomData(units: number, seed: number): Data {
  const random = mulberry32(seed);
  const exposures: ExposureRow[] = [];
  const events: EventRow[] = [];
  let id = 0;
  for (let unit = 0; unit < units; unit += 1) {
    const name = `user-${unit}`;
    const variant = random() < 0.5 ? 'blue' : 'green';
    const exposedMs = STARTED_MS + Math.floor(random() * HOUR_MS);
    for (let times = random() < 0.3 ? 2 : 1; times > 0; times -= 1) {
      const isOther = times === 2 && random() < 0.1;
      const other = variant === 'blue' ? 'green' : 'blue';
      const timeMicros = (exposedMs + Math.floor(random() * 600_000)) * 1_000;
      exposures.push(exposureRow((id += 1), { unit: name, variant: isOther ? other : variant, timeMicros }));
    }
    for (let count = Math.floor(random() * 4); count > 0; count -= 1) {
      const timeMicros = (exposedMs + Math.floor((random() - 0.2) * 3 * HOUR_MS)) * 1_000;
      const value = random() < 0.1 ? null : Math.round(random() * 10_000) / 100;
      const name_ = random() < 0.5 ? 'purchase' : 'visit';
      events.push(eventRow((id += 1), { name: name_, units: { targetingKey: name }, value, timeMicros }));
    }
  }
  return { exposures, events };
}

function expectedOf(
  { exposures, events }: Data,
  { metrics }: AnalyzedExperiment,
): { readonly multiple: number; numbers(variant: string, metric: number): readonly number[] } {
  const units = new Map<string, { readonly variants: Set<string>; first: number }>();
  for (const { unit, variant, timeMicros } of exposures) {
    const known = units.get(unit) ?? { variants: new Set<string>(), first: timeMicros };
    known.variants.add(variant);
    known.first = Math.min(known.first, timeMicros);
    units.set(unit, known);
  }
  return {
    multiple: [...units.values()].filter(({ variants }) => variants.size > 1).length,
    numbers: (variant, index) => {
      const definition = metrics[index]?.definition;
      if (!definition) throw new Error(`There is no metric ${index}.`);
      const { event, kind, aggregation, windowMs } = definition;
      return [...units]
        .filter(([, { variants }]) => variants.size === 1 && variants.has(variant))
        .map(([unit, { first }]) => {
          const counting = events.filter(
            ({ name, units: of, timeMicros }) =>
              name === event &&
              of['targetingKey'] === unit &&
              timeMicros >= first &&
              (windowMs === undefined || timeMicros < first + windowMs * 1_000),
          );
          if (kind === 'conversion') return counting.length > 0 ? 1 : 0;
          return aggregation === 'count' ? counting.length : total(counting.map(({ value }) => value ?? 0));
        });
    },
  };
}

function total(values: readonly number[] = []): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function mean(values: readonly number[] = []): number {
  return total(values) / values.length;
}

function meanVariance(values: readonly number[] = []): number {
  const centre = mean(values);
  return total(values.map((value) => (value - centre) ** 2)) / (values.length - 1) / values.length;
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
