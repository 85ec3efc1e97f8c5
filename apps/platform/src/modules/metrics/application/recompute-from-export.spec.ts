import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  DUCKDB,
  type ExperimentAnalysis,
  experimentQuery,
  experimentStatistics,
  rawRowsQuery,
  type MetricStatistics,
  type NumberStatistics,
} from '@sortition/metric-sql';
import type { Warehouse } from '@sortition/plugin-sdk';
import { eventRow, exposureRow } from '@sortition/plugin-sdk/testing';
import { openDuckDbWarehouse, type ParquetColumn, writeParquet } from '@sortition/warehouse-duckdb';

const DOCUMENT = new URL('../../../../docs/results.md', import.meta.url);
const START_MICROS = 1_780_000_000_000_000;
const HOUR_MICROS = 3_600_000_000;

/** As export-events writes them, without what the document's query does not read. */
const COLUMNS: Readonly<Record<'exposures' | 'events', readonly ParquetColumn[]>> = {
  exposures: [
    { name: 'event_id', type: 'text' },
    { name: 'time', type: 'time', from: 'time_micros' },
    { name: 'variant', type: 'text' },
    { name: 'experiment', type: 'text' },
    { name: 'phase', type: 'integer' },
    { name: 'unit_attribute', type: 'text' },
    { name: 'unit', type: 'text' },
  ],
  events: [
    { name: 'event_id', type: 'text' },
    { name: 'time', type: 'time', from: 'time_micros' },
    { name: 'name', type: 'text' },
    { name: 'value', type: 'double' },
    { name: 'units', type: 'map' },
  ],
};
const analysis: ExperimentAnalysis = {
  environmentId: exposureRow(0).environmentId,
  experiment: 'green-button',
  phase: 1,
  unitAttribute: 'targetingKey',
  receivedFromMicros: START_MICROS,
  endedMicros: undefined,
  metrics: [
    { summary: 'share', number: { aggregation: 'any', event: 'purchase', windowMicros: HOUR_MICROS } },
    { summary: 'number', number: { aggregation: 'sum', event: 'purchase', windowMicros: HOUR_MICROS } },
  ],
};

describe('the rule by which results are computed again from exported events', () => {
  let warehouse: Warehouse;
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sortition-recompute-'));
    warehouse = await openDuckDbWarehouse({ path: ':memory:', threads: 2 });
    await warehouse.prepare();
    const units = Array.from({ length: 400 }, (_, index) => index);
    const exposures = units.flatMap((unit) => {
      const timeMicros = START_MICROS + unit * 1_000_003;
      const seen = { unit: `user-${unit}`, timeMicros, receivedMicros: timeMicros };
      const variant = unit % 2 === 0 ? 'blue' : 'green';
      const other = unit % 20 === 7 ? [exposureRow(10_000 + unit, { ...seen, variant: 'blue' })] : [];
      return [exposureRow(unit, { ...seen, variant }), ...other];
    });
    const events = units.flatMap((unit) =>
      [-1, 0, HOUR_MICROS - 1, HOUR_MICROS].flatMap((offset, index) => {
        if ((unit * 7 + index) % 3 === 0) return [];
        const timeMicros = START_MICROS + unit * 1_000_003 + offset;
        const value = unit % 11 === 0 ? null : ((unit * 37) % 101) / 4;
        const row = { units: { targetingKey: `user-${unit}` }, name: 'purchase', value, timeMicros };
        return [eventRow(20_000 + 4 * unit + index, { ...row, receivedMicros: Math.max(START_MICROS, timeMicros) })];
      }),
    );
    await warehouse.load({ source: 'log', offset: 1, exposures, events });
    for (const table of ['exposures', 'events'] as const) {
      const range = { receivedFromMicros: 0, receivedToMicros: START_MICROS * 2 };
      const query = rawRowsQuery({ table, environmentId: analysis.environmentId, ...range }, DUCKDB);
      const rows = warehouse.stream(query.sql, query.parameters);
      await writeParquet(join(directory, `${table}.parquet`), COLUMNS[table], rows);
    }
  });

  afterAll(async () => {
    await warehouse.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('gives, word for word as the document has it, what the platform gives', async () => {
    const text = await readFile(DOCUMENT, 'utf8');
    const written = /```sql\n([\s\S]*?)```/u.exec(text)?.[1] ?? '';
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const inFolder = written.replaceAll(/'(\w+\.parquet)'/gu, (_, file: string) => `'${join(directory, file)}'`);
    const recomputed = (await connection.runAndReadAll(inFolder)).getRowObjectsJS();
    connection.closeSync();
    instance.closeSync();

    const { sql, parameters } = experimentQuery(analysis, DUCKDB);
    const { variants } = experimentStatistics(await warehouse.query(sql, parameters), analysis.metrics);

    expect(recomputed.map((row) => [row['variant'], Number(row['units']), Number(row['conversions'])])).toEqual(
      variants.map(({ variant, units, metrics }) => [variant, units, sumsOf(metrics[0]).sum]),
    );
    for (const [index, { units, metrics }] of variants.entries()) {
      const { sum, sumOfSquares } = sumsOf(metrics[1]);
      expect(Number(recomputed[index]?.['mean'])).toBeCloseTo(sum / units, 10);
      expect(Number(recomputed[index]?.['standard_deviation'])).toBeCloseTo(Math.sqrt(sumOfSquares / (units - 1)), 10);
      expect(sumsOf(metrics[0]).sum).toBeGreaterThan(10);
    }
  });
});

function sumsOf(statistics: MetricStatistics | undefined): NumberStatistics {
  if (statistics?.summary === 'share' || statistics?.summary === 'number') return statistics;
  throw new Error('There are no sums of the metric.');
}
