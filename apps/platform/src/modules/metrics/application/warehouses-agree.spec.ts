import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MetricDefinition } from '@sortition/declaration';
import {
  dialectNamed,
  type ExperimentAnalysis,
  experimentQuery,
  type ExperimentStatistics,
  experimentStatistics,
  type MetricPlan,
  type MetricStatistics,
} from '@sortition/metric-sql';
import { METRIC_KIND_RECORDS } from '@sortition/metrics';
import type { EventRow, ExposureRow, Warehouse } from '@sortition/plugin-sdk';
import { eventRow, exposureRow } from '@sortition/plugin-sdk/testing';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';
import { openClickHouseWarehouse } from '@sortition/warehouse-clickhouse';
import {
  isClickHouseInstalled,
  startTestClickHouse,
  type TestClickHouse,
} from '@sortition/warehouse-clickhouse/testing';
import { openDuckDbWarehouse } from '@sortition/warehouse-duckdb';
import { openPostgresWarehouse } from '@sortition/warehouse-postgres';

const START_MICROS = 1_780_000_000_000_000;
const HOUR_MICROS = 3_600_000_000;
const HOUR_MS = 3_600_000;
const UNITS = 3_000;
const BALANCE_SPREAD = 1_000;

const analysis: ExperimentAnalysis = {
  environmentId: exposureRow(0).environmentId,
  experiment: 'green-button',
  phase: 1,
  unitAttribute: 'targetingKey',
  receivedFromMicros: START_MICROS,
  endedMicros: undefined,
  metrics: [
    { summary: 'share', number: { aggregation: 'any', event: 'purchase', windowMicros: HOUR_MICROS } },
    { summary: 'number', number: { aggregation: 'sum', event: 'purchase', windowMicros: undefined } },
    { summary: 'number', number: { aggregation: 'count', event: 'visit', windowMicros: 2 * HOUR_MICROS } },
  ],
};
/** Metrics of every kind, with every option that changes the SQL. */
const EVERY_KIND: readonly MetricDefinition[] = [
  {
    kind: 'conversion',
    event: 'purchase',
    filters: [{ property: 'plan', in: ['pro', 'basic'] }],
    covariateWindowMs: HOUR_MS,
  },
  { kind: 'average', event: 'purchase', filters: [{ property: 'plan', notIn: ['pro'] }], cap: { upperQuantile: 0.9 } },
  { kind: 'average', event: 'purchase', windowMs: HOUR_MS, cap: { lower: -1, upper: 120 }, covariateWindowMs: HOUR_MS },
  { kind: 'average', event: 'visit', unitsWithoutEvents: 'exclude', windowMs: HOUR_MS, unitsInWindow: 'exclude' },
  { kind: 'count', event: 'visit', filters: [{ property: 'a/b~c', in: ['1', 'true', 'Zoë'] }] },
  { kind: 'countDistinct', event: 'visit', property: 'page' },
  { kind: 'ratio', event: 'purchase', denominator: { event: 'visit', aggregation: 'count' } },
  { kind: 'quantile', event: 'purchase', quantile: 0.9 },
  { kind: 'quantile', event: 'purchase', quantile: 0.5, unitsWithoutEvents: 'exclude' },
  { kind: 'retention', event: 'visit', windowStartMs: HOUR_MS, windowMs: 3 * HOUR_MS, unitsInWindow: 'exclude' },
  { kind: 'funnel', event: 'visit', steps: [{ event: 'purchase' }, { event: 'visit' }], windowMs: 3 * HOUR_MS },
].map((special) => ({ description: '', aggregation: 'sum', direction: 'increase', ...special }) as MetricDefinition);

function planned(metrics: readonly MetricDefinition[]): readonly MetricPlan[] {
  const asOfMicros = START_MICROS + 2 * HOUR_MICROS;
  return metrics.map((metric) => METRIC_KIND_RECORDS[metric.kind].plan(metric, { asOfMicros }));
}

const ANALYSES: Readonly<Record<string, ExperimentAnalysis>> = {
  'a running experiment': analysis,
  'an experiment that has ended': { ...analysis, endedMicros: START_MICROS + 2 * HOUR_MICROS },
  'an experiment by another unit': { ...analysis, unitAttribute: 'company.id' },
  'numbers far from 0 and beyond the range': {
    ...analysis,
    metrics: [
      { summary: 'number', number: { aggregation: 'sum', event: 'balance', windowMicros: undefined } },
      { summary: 'number', number: { aggregation: 'sum', event: 'forged', windowMicros: undefined } },
      { summary: 'number', number: { aggregation: 'count', event: 'forged', windowMicros: undefined } },
    ],
  },
  'metrics of every kind': { ...analysis, metrics: planned(EVERY_KIND) },
  'metrics of every kind of an experiment that has ended': {
    ...analysis,
    endedMicros: START_MICROS + 2 * HOUR_MICROS,
    metrics: planned(EVERY_KIND),
  },
  'an experiment without metrics': { ...analysis, metrics: [] },
  'an experiment that nobody saw': { ...analysis, experiment: `it's "nobody"` },
};

describe('the statistics of an experiment', () => {
  let postgres: TestPostgres;
  let clickHouse: TestClickHouse | undefined;
  const opened = new Map<string, Warehouse>();

  beforeAll(async () => {
    postgres = await startTestPostgres();
    opened.set('duckdb', await openDuckDbWarehouse({ path: ':memory:', threads: 2 }));
    opened.set('postgres', await openPostgresWarehouse({ url: await postgres.createDatabase() }));
    if (isClickHouseInstalled()) {
      clickHouse = await startTestClickHouse();
      opened.set('clickhouse', await openClickHouseWarehouse({ url: clickHouse.newDatabaseUrl() }));
    }
    const { exposures, events } = generated();
    for (const warehouse of opened.values()) {
      await warehouse.prepare();
      // In two loads, the second of which brings half of the first again.
      const half = Math.floor(events.length / 2);
      await warehouse.load({ source: 'log', offset: 1, exposures, events: events.slice(0, half) });
      await warehouse.load({ source: 'log', offset: 2, exposures, events: events.slice(Math.floor(half / 2)) });
    }
  }, 120_000);

  afterAll(async () => {
    for (const warehouse of opened.values()) await warehouse.close();
    await postgres.stop();
    await clickHouse?.stop();
  });

  const statisticsIn = async (name: string, of: ExperimentAnalysis): Promise<ExperimentStatistics> => {
    const warehouse = opened.get(name);
    const dialect = dialectNamed(name);
    if (!warehouse || !dialect) throw new Error(`"${name}" is not open.`);
    const { sql, parameters } = experimentQuery(of, dialect);
    return experimentStatistics(await warehouse.query(sql, parameters), of.metrics);
  };

  const itWithClickHouse = isClickHouseInstalled() ? it : it.skip;

  describe.each(Object.keys(ANALYSES))('of %s', (title) => {
    const described = ANALYSES[title] ?? analysis;

    it('are the same in PostgreSQL as in DuckDB', async () => {
      expectSame(await statisticsIn('postgres', described), await statisticsIn('duckdb', described));
    });

    itWithClickHouse('are the same in ClickHouse as in DuckDB', async () => {
      expectSame(await statisticsIn('clickhouse', described), await statisticsIn('duckdb', described));
    });
  });

  it('are not trivial in this data', async () => {
    const { variants, multipleExposureUnits } = await statisticsIn('duckdb', analysis);

    expect(variants.map(({ variant }) => variant)).toEqual(['Grün', 'blue', 'green']);
    expect(multipleExposureUnits).toBeGreaterThan(10);
    for (const { metrics } of variants) {
      for (const statistics of metrics) expect(sumsIn(statistics)[0]).toBeGreaterThan(10);
    }
  });

  // Values are uniform on an interval of length 1,000: their standard deviation is 1,000 / sqrt(12).
  it('keep the spread of numbers a million times larger, and count what is too large to be added up', async () => {
    const { variants } = await statisticsIn('duckdb', ANALYSES['numbers far from 0 and beyond the range'] ?? analysis);

    for (const { units, metrics } of variants) {
      const [balance, forged, count] = metrics;
      const spread = balance?.summary === 'number' ? balance.sumOfSquares : Number.NaN;
      expect(Math.sqrt(spread / units)).toBeCloseTo(BALANCE_SPREAD / Math.sqrt(12), -1.5);
      expect(forged?.beyondRange).toBeGreaterThan(10);
      expect(count).toMatchObject({ beyondRange: 0, negative: 0 });
    }
  });
});

/** Part by which sums may differ; a spread that is a millionth of the mean keeps ten digits. */
const SLACK = 1e-9;

/** Counts are the same; sums of fractions differ in their last digits by the order of addition. */
function expectSame(actual: ExperimentStatistics, expected: ExperimentStatistics): void {
  expect(withoutSums(actual)).toEqual(withoutSums(expected));
  actual.variants.forEach(({ metrics }, variant) => {
    metrics.forEach((statistics, metric) => {
      const reference = expected.variants[variant]?.metrics[metric];
      const wanted = reference ? sumsIn(reference) : [];
      for (const [index, sum] of sumsIn(statistics).entries()) {
        const other = wanted[index] ?? Number.NaN;
        expect(Math.abs(sum - other)).toBeLessThanOrEqual(SLACK * Math.abs(other));
      }
    });
  });
}

function sumsIn(statistics: MetricStatistics): readonly number[] {
  switch (statistics.summary) {
    case 'share':
    case 'number':
      return [statistics.sum, statistics.centre, statistics.sumOfSquares];
    case 'pair':
      return [...statistics.sums, ...statistics.products.flat()];
    case 'quantile':
      return [statistics.quantile, statistics.lower, statistics.upper];
  }
}

function withoutSums({ variants, multipleExposureUnits }: ExperimentStatistics): unknown {
  const counts = variants.map(({ variant, units, metrics }) => ({ variant, units, metrics: metrics.map(countsIn) }));
  return { counts, multipleExposureUnits };
}

function countsIn(statistics: MetricStatistics): readonly number[] {
  const { n, beyondRange } = statistics;
  const isNumber = statistics.summary === 'share' || statistics.summary === 'number';
  return isNumber ? [n, beyondRange, statistics.nonZero, statistics.negative] : [n, beyondRange];
}

const OFFSETS_MICROS = [-HOUR_MICROS, -HOUR_MICROS - 1, -1, 0, HOUR_MICROS - 1, HOUR_MICROS];

/** Some hold what PostgreSQL and JSON parsers choke on; none may make a query fail. */
const PROPERTIES = [
  '{}',
  '{"plan":"pro","page":"a"}',
  '{"plan":"basic","page":"b","a/b~c":1}',
  '{"plan":null,"page":7,"a/b~c":true}',
  '{"plan":["pro"],"page":{"x":1},"a/b~c":"Zoë"}',
  String.raw`{"plan":"pro\u0000","page":"\u0000"}`,
  String.raw`{"plan":"\ud800","page":"\udc00"}`,
  '{"plan":"pro","page":"\\"quoted\\" \\\\ back"}',
];

/** Units of three variants, some exposed twice or to two of them, with events around the windows' edges. */
function generated(): { readonly exposures: readonly ExposureRow[]; readonly events: readonly EventRow[] } {
  const random = linearCongruential(20_260_501);
  const variants = ['blue', 'green', 'Grün'];
  const exposures: ExposureRow[] = [];
  const events: EventRow[] = [];
  let id = 0;
  for (let unit = 0; unit < UNITS; unit += 1) {
    const name = unit % 7 === 0 ? `Zoë's "${String(unit)}"` : `user-${String(unit)}`;
    const attribute = unit % 5 === 0 ? 'company.id' : 'targetingKey';
    const index = Math.floor(random() * 3);
    const exposedMicros = START_MICROS + Math.floor(random() * HOUR_MICROS);
    for (let times = random() < 0.3 ? 2 : 1; times > 0; times -= 1) {
      const variant = variants[(index + (times === 2 && random() < 0.2 ? 1 : 0)) % 3] ?? '';
      const timeMicros = exposedMicros + (times - 1) * 1_000_001;
      exposures.push(
        exposureRow((id += 1), {
          unit: name,
          unitAttribute: attribute,
          variant,
          timeMicros,
          receivedMicros: timeMicros,
        }),
      );
    }
    // Before the exposure, at it, and at the very end of the window, which is outside.
    for (const offsetMicros of [...OFFSETS_MICROS, Math.floor((random() * 4 - 1) * HOUR_MICROS)]) {
      if (random() < 0.4) continue;
      const timeMicros = exposedMicros + offsetMicros;
      const value = random() < 0.1 ? null : random() * 100;
      const units = { [attribute]: name, device: `device-${String(unit)}` };
      const properties = PROPERTIES[Math.floor(random() * PROPERTIES.length)] ?? '{}';
      const row = { units, value, timeMicros, receivedMicros: timeMicros, properties };
      events.push(eventRow((id += 1), { name: random() < 0.5 ? 'purchase' : 'visit', ...row }));
    }
    const seen = { units: { [attribute]: name }, timeMicros: exposedMicros, receivedMicros: exposedMicros };
    events.push(eventRow((id += 1), { name: 'balance', value: 1e9 + random() * BALANCE_SPREAD, ...seen }));
    const forged = [1e200, -1.7e308, -1.7e308, 5, 0, -2][unit % 50];
    if (forged !== undefined) {
      for (const value of [forged, forged]) events.push(eventRow((id += 1), { name: 'forged', value, ...seen }));
    }
  }
  return { exposures, events };
}

function linearCongruential(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
