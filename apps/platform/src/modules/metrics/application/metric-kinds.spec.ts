import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventSelection, MetricDefinition } from '@sortition/declaration';
import { DUCKDB, experimentQuery, experimentStatistics, type MetricStatistics } from '@sortition/metric-sql';
import { METRIC_KIND_RECORDS } from '@sortition/metrics';
import type { EventRow, ExposureRow, Warehouse } from '@sortition/plugin-sdk';
import { eventRow, exposureRow } from '@sortition/plugin-sdk/testing';
import { sampleQuantile } from '@sortition/statistics';
import { openDuckDbWarehouse } from '@sortition/warehouse-duckdb';

const START_MICROS = 1_780_000_000_000_000;
const HOUR_MS = 3_600_000;
const AS_OF_MICROS = START_MICROS + 2 * HOUR_MS * 1_000;
const UNITS = 1_500;

const metric = (overrides: Partial<MetricDefinition>): MetricDefinition => ({
  description: '',
  kind: 'average',
  event: 'purchase',
  aggregation: 'sum',
  direction: 'increase',
  ...overrides,
});
const PRO = [{ property: 'plan', in: ['pro'] }];

// What the document about results says, computed once more from the rows, unit by unit.
describe('the numbers of each kind of metric', () => {
  let warehouse: Warehouse;
  const { exposures, events } = generated();

  beforeAll(async () => {
    warehouse = await openDuckDbWarehouse({ path: ':memory:', threads: 2 });
    await warehouse.prepare();
    await warehouse.load({ source: 'test', offset: 1, exposures, events });
  });

  afterAll(() => warehouse.close());

  async function statisticsOf(
    ...definitions: readonly MetricDefinition[]
  ): Promise<ReadonlyMap<string, readonly MetricStatistics[]>> {
    const analysis = {
      environmentId: exposureRow(0).environmentId,
      experiment: 'green-button',
      phase: 1,
      unitAttribute: 'targetingKey',
      receivedFromMicros: START_MICROS,
      endedMicros: undefined,
      metrics: definitions.map((definition) =>
        METRIC_KIND_RECORDS[definition.kind].plan(definition, { asOfMicros: AS_OF_MICROS }),
      ),
    };
    const { sql, parameters } = experimentQuery(analysis, DUCKDB);
    const { variants } = experimentStatistics(await warehouse.query(sql, parameters), analysis.metrics);
    return new Map(variants.map(({ variant, metrics }) => [variant, metrics]));
  }

  // A covariate makes the query look at events before the exposure, and other metrics at units that have none of theirs.
  it('are the same in one query for all of them as alone', async () => {
    const definitions = [
      metric({ covariateWindowMs: HOUR_MS }),
      metric({}),
      metric({ cap: { lower: -5, upperQuantile: 0.9 } }),
      metric({ kind: 'conversion', event: 'visit' }),
      metric({ unitsWithoutEvents: 'exclude' }),
      metric({ kind: 'count', event: 'visit', windowMs: HOUR_MS, unitsInWindow: 'exclude' }),
      metric({ kind: 'quantile', quantile: 0.9 }),
      metric({ kind: 'quantile', quantile: 0.5, unitsWithoutEvents: 'exclude' }),
      metric({ kind: 'funnel', event: 'visit', steps: [{ event: 'purchase' }] }),
      metric({ kind: 'ratio', denominator: { event: 'visit', aggregation: 'count' } }),
    ];

    const together = await statisticsOf(...definitions);

    for (const [index, definition] of definitions.entries()) {
      const alone = await statisticsOf(definition);
      for (const variant of ['blue', 'green']) {
        expect(rounded(together.get(variant)?.[index])).toEqual(rounded(alone.get(variant)?.[0]));
      }
    }
  });

  it.each<[string, MetricDefinition, (unit: Unit) => number | undefined]>([
    ['a conversion', metric({ kind: 'conversion' }), (unit) => Math.min(1, unit.after(bought).length)],
    [
      'a conversion with filters',
      metric({ kind: 'conversion', filters: [...PRO, { property: 'page', notIn: ['b', '7'] }] }),
      (unit) => Number(unit.after(bought).some(({ plan, page }) => plan === 'pro' && page !== 'b' && page !== 7)),
    ],
    ['an average', metric({}), (unit) => total(unit.after(bought))],
    ['a number of events', metric({ kind: 'count', event: 'visit' }), (unit) => unit.after(visited).length],
    [
      'an average between limits',
      metric({ cap: { lower: -5, upper: 90 } }),
      (unit) => Math.max(-5, Math.min(90, total(unit.after(bought)))),
    ],
    [
      'an average in a window that starts later',
      metric({ windowStartMs: HOUR_MS / 2, windowMs: HOUR_MS }),
      (unit) => total(unit.after(bought).filter(({ ms }) => ms >= HOUR_MS / 2 && ms < HOUR_MS)),
    ],
    [
      'an average of units with events',
      metric({ unitsWithoutEvents: 'exclude' }),
      (unit) => (unit.after(bought).length === 0 ? undefined : total(unit.after(bought))),
    ],
    [
      'an average of units that are through their window',
      metric({ windowMs: 1.5 * HOUR_MS, unitsInWindow: 'exclude' }),
      (unit) =>
        unit.exposedMs + 1.5 * HOUR_MS > 2 * HOUR_MS
          ? undefined
          : total(unit.after(bought).filter(({ ms }) => ms < 1.5 * HOUR_MS)),
    ],
    [
      'different values',
      metric({ kind: 'countDistinct', event: 'visit', property: 'page' }),
      (unit) => new Set(unit.after(visited).flatMap(({ page }) => page ?? [])).size,
    ],
    [
      'retention',
      metric({ kind: 'retention', event: 'visit', windowStartMs: HOUR_MS, windowMs: 2 * HOUR_MS }),
      (unit) => Number(unit.after(visited).some(({ ms }) => ms >= HOUR_MS && ms < 2 * HOUR_MS)),
    ],
    [
      'a funnel',
      metric({ kind: 'funnel', event: 'visit', filters: PRO, steps: [{ event: 'purchase' }, { event: 'visit' }] }),
      (unit) => Number(hasSteps(unit.after(() => true))),
    ],
  ])('of %s are those of its rule', async (_, definition, rule) => {
    const found = await statisticsOf(definition);

    for (const variant of ['blue', 'green']) {
      const numbers = unitsOf(variant).flatMap((unit) => rule(unit) ?? []);
      const statistics = found.get(variant)?.[0];
      if (statistics?.summary !== 'share' && statistics?.summary !== 'number') throw new Error('There are no sums.');
      const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
      const squares = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0);
      const { n, sum, sumOfSquares, centre, nonZero } = statistics;
      expect([n, nonZero]).toEqual([numbers.length, numbers.filter((number) => number !== 0).length]);
      expect(sum / n).toBeCloseTo(mean, 8);
      expect(sumOfSquares - n * (mean - centre) ** 2).toBeCloseTo(squares, 4);
      expect(nonZero).toBeGreaterThan(20);
    }
  });

  it('of an average with a cap by quantile are cut at that of both variants together', async () => {
    const numbersOf = (variant: string) => unitsOf(variant).map((unit) => total(unit.after(bought)));
    const ascending = ['blue', 'green']
      .flatMap(numbersOf)
      .filter((number) => number !== 0)
      .sort((a, b) => a - b);
    const place = 0.9 * (ascending.length - 1);
    const [below = 0, above = 0] = ascending.slice(Math.floor(place));
    const cap = below + (place - Math.floor(place)) * (above - below);

    const found = await statisticsOf(metric({ cap: { upperQuantile: 0.9 } }));

    for (const variant of ['blue', 'green']) {
      const capped = numbersOf(variant).reduce((sum, number) => sum + Math.min(cap, number), 0);
      const statistics = found.get(variant)?.[0];
      expect(statistics?.summary === 'number' ? statistics.sum : Number.NaN).toBeCloseTo(capped, 6);
    }
  });

  it.each<[string, MetricDefinition, (unit: Unit) => number, (unit: Unit) => number]>([
    [
      'a ratio',
      metric({ kind: 'ratio', denominator: { event: 'visit', aggregation: 'count' } }),
      (unit) => total(unit.after(bought)),
      (unit) => unit.after(visited).length,
    ],
    [
      'an average and its covariate',
      metric({ covariateWindowMs: HOUR_MS }),
      (unit) => total(unit.after(bought)),
      (unit) => total(unit.before(bought)),
    ],
    [
      'a conversion and its covariate',
      metric({ kind: 'conversion', event: 'visit', covariateWindowMs: HOUR_MS }),
      (unit) => Math.min(1, unit.after(visited).length),
      (unit) => Math.min(1, unit.before(visited).length),
    ],
  ])('of %s are two per unit', async (_, definition, first, second) => {
    const found = await statisticsOf(definition);

    for (const variant of ['blue', 'green']) {
      const units = unitsOf(variant);
      const statistics = found.get(variant)?.[0];
      if (statistics?.summary !== 'pair') throw new Error('There are no sums of pairs.');
      const sumOf = (number: (unit: Unit) => number) => units.reduce((sum, unit) => sum + number(unit), 0);
      expect(statistics.n).toBe(units.length);
      expect(statistics.sums[0]).toBeCloseTo(sumOf(first), 6);
      expect(statistics.sums[1]).toBeCloseTo(sumOf(second), 6);
      expect(statistics.sums[1]).toBeGreaterThan(20);
      const mean = (number: (unit: Unit) => number) => sumOf(number) / units.length;
      const productOf = (one: (unit: Unit) => number, other: (unit: Unit) => number) => {
        const [centre, otherCentre] = [mean(one), mean(other)];
        return sumOf((unit) => (one(unit) - centre) * (other(unit) - otherCentre));
      };
      expect(statistics.products[0][0]).toBeCloseTo(productOf(first, first), 3);
      expect(statistics.products[0][1]).toBeCloseTo(productOf(first, second), 3);
      expect(statistics.products[1][1]).toBeCloseTo(productOf(second, second), 3);
    }
  });

  it.each<['zero' | 'exclude', number]>([
    ['zero', 0.9],
    ['exclude', 0.5],
  ])('of a quantile with units without events as "%s" are sample quantiles', async (unitsWithoutEvents, quantile) => {
    const found = await statisticsOf(metric({ kind: 'quantile', quantile, unitsWithoutEvents }));

    for (const variant of ['blue', 'green']) {
      const numbers = unitsOf(variant)
        .filter((unit) => unitsWithoutEvents === 'zero' || unit.after(bought).length > 0)
        .map((unit) => total(unit.after(bought)))
        .sort((a, b) => a - b);
      const reach = 1.959963984540054 * Math.sqrt((quantile * (1 - quantile)) / numbers.length);
      expect(found.get(variant)?.[0]).toMatchObject({
        summary: 'quantile',
        n: numbers.length,
        quantile: expect.closeTo(sampleQuantile(numbers, quantile), 6),
        lower: expect.closeTo(sampleQuantile(numbers, quantile - reach), 6),
        upper: expect.closeTo(sampleQuantile(numbers, quantile + reach), 6),
      });
    }
  });

  function unitsOf(variant: string): readonly Unit[] {
    return exposures
      .filter((exposure) => exposure.variant === variant)
      .map((exposure) => {
        const own = events
          .filter(({ units }) => units['targetingKey'] === exposure.unit)
          .map((event): UnitEvent => {
            const { plan, page } = JSON.parse(event.properties) as { plan?: string; page?: string | number };
            return {
              name: event.name,
              ms: (event.timeMicros - exposure.timeMicros) / 1_000,
              value: event.value ?? 0,
              plan,
              page,
            };
          })
          .sort((one, other) => one.ms - other.ms);
        return {
          exposedMs: (exposure.timeMicros - START_MICROS) / 1_000,
          after: (isMeant) => own.filter((event) => event.ms >= 0 && isMeant(event)),
          before: (isMeant) => own.filter((event) => event.ms < 0 && event.ms >= -HOUR_MS && isMeant(event)),
        };
      });
  }
});

interface UnitEvent {
  readonly name: EventSelection['event'];
  /** After the first exposure. */
  readonly ms: number;
  readonly value: number;
  readonly plan: string | undefined;
  readonly page: string | number | undefined;
}

interface Unit {
  readonly exposedMs: number;
  after(isMeant: (event: UnitEvent) => boolean): readonly UnitEvent[];
  before(isMeant: (event: UnitEvent) => boolean): readonly UnitEvent[];
}

const bought = ({ name }: UnitEvent): boolean => name === 'purchase';
const visited = ({ name }: UnitEvent): boolean => name === 'visit';

function total(events: readonly UnitEvent[]): number {
  return events.reduce((sum, { value }) => sum + value, 0);
}

function rounded(statistics: MetricStatistics | undefined): unknown {
  return JSON.parse(
    JSON.stringify(statistics, (_, part: unknown) => (typeof part === 'number' ? Number(part.toPrecision(9)) : part)),
  );
}

/** A visit of plan "pro", then a purchase, then another visit: whether any three events are that. */
function hasSteps(events: readonly UnitEvent[]): boolean {
  return events.some(
    (first) =>
      visited(first) &&
      first.plan === 'pro' &&
      events.some(
        (second) =>
          bought(second) &&
          second.ms >= first.ms &&
          events.some((third) => visited(third) && third.ms >= second.ms && third.ms > first.ms),
      ),
  );
}

/** Times are whole tenths of an hour, so that events of a unit often coincide. */
function generated(): { readonly exposures: readonly ExposureRow[]; readonly events: readonly EventRow[] } {
  let state = 20_261_128;
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const exposures: ExposureRow[] = [];
  const events: EventRow[] = [];
  const pages = ['"a"', '"b"', '7', 'null'];
  for (let unit = 0; unit < UNITS; unit += 1) {
    const name = `user-${unit}`;
    const exposed = START_MICROS + Math.floor(random() * 10) * 360_000_000;
    const common = { timeMicros: exposed, receivedMicros: exposed };
    exposures.push(exposureRow(unit + 1, { unit: name, variant: random() < 0.5 ? 'blue' : 'green', ...common }));
    for (let count = Math.floor(random() * 7); count > 0; count -= 1) {
      const timeMicros = exposed + Math.floor((random() * 4 - 1) * 10) * 360_000_000;
      const plan = random() < 0.5 ? 'pro' : 'basic';
      events.push(
        eventRow(1_000_000 + events.length, {
          name: random() < 0.5 ? 'purchase' : 'visit',
          units: { targetingKey: name },
          value: random() < 0.1 ? null : Math.round(random() * 11_000 - 1_000) / 100,
          properties: `{"plan":"${plan}","page":${pages[Math.floor(random() * pages.length)] ?? 'null'}}`,
          timeMicros,
          receivedMicros: timeMicros,
        }),
      );
    }
  }
  return { exposures, events };
}
