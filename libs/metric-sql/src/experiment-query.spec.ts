import { describe, expect, it } from '@jest/globals';

import type { ExperimentAnalysis } from './experiment-analysis.js';
import { experimentQuery } from './experiment-query.js';
import { CLICKHOUSE, dialectNamed, DUCKDB, POSTGRES } from './sql-dialect.js';
import { experimentStatistics } from './sufficient-statistics.js';

const HOUR_MICROS = 3_600_000_000;
const analysis: ExperimentAnalysis = {
  environmentId: '0190a000-0000-7000-8000-0000000000e1',
  experiment: 'green-button',
  phase: 1,
  unitAttribute: 'targetingKey',
  receivedFromMicros: 1_780_000_000_000_000,
  endedMicros: undefined,
  metrics: [],
};

describe('the query of an experiment', () => {
  it.each([DUCKDB, POSTGRES, CLICKHOUSE])('names exposures and events once for all metrics in $name', (dialect) => {
    const query = experimentQuery(
      {
        ...analysis,
        endedMicros: 1_781_000_000_000_000,
        metrics: [
          { summary: 'share', number: { aggregation: 'any', event: 'purchase', windowMicros: HOUR_MICROS } },
          { summary: 'number', number: { aggregation: 'sum', event: 'purchase', windowMicros: undefined } },
          { summary: 'number', number: { aggregation: 'count', event: 'visit', windowMicros: HOUR_MICROS } },
        ],
      },
      dialect,
    );

    expect(query.sql).toMatchSnapshot();
    expect(query.parameters).toMatchSnapshot();
  });

  it('counts the units of an experiment without metrics', () => {
    expect(experimentQuery(analysis, DUCKDB).sql).toMatchSnapshot();
  });

  it('says the same for the same analysis', () => {
    const twice = [1, 2].map(() =>
      experimentQuery(
        {
          ...analysis,
          metrics: [{ summary: 'share', number: { aggregation: 'any', event: 'purchase', windowMicros: undefined } }],
        },
        DUCKDB,
      ),
    );

    expect(twice[0]).toEqual(twice[1]);
  });

  it('never lets what users wrote into the text', () => {
    const hostile = `'; DROP TABLE events; --`;

    const query = experimentQuery(
      {
        ...analysis,
        experiment: hostile,
        unitAttribute: hostile,
        metrics: [
          {
            summary: 'share',
            number: {
              aggregation: 'any',
              event: hostile,
              filters: [{ property: hostile, in: [hostile] }],
              windowMicros: undefined,
            },
          },
          {
            summary: 'number',
            number: { aggregation: 'distinct', event: hostile, property: hostile, windowMicros: undefined },
          },
          {
            summary: 'share',
            number: {
              aggregation: 'funnel',
              steps: [{ event: hostile }, { event: hostile }],
              windowMicros: undefined,
            },
          },
        ],
      },
      DUCKDB,
    );

    expect(query.sql).not.toContain('DROP');
    expect(query.parameters).toContain(hostile);
  });
});

describe('the statistics of an experiment', () => {
  const share = { summary: 'share' } as const;
  const number = { summary: 'number' } as const;

  it('keep the units that saw several variants apart', () => {
    const rows = [
      { variant: 'control', units: 10, m0_sum: 3 },
      { variant: 'green', units: 11, m0_sum: 4 },
      { variant: null, units: 2, m0_sum: 0 },
    ];

    expect(experimentStatistics(rows, [share])).toEqual({
      variants: [
        {
          variant: 'control',
          units: 10,
          metrics: [{ summary: 'share', n: 10, sum: 3, sumOfSquares: 3, centre: 0, ...COUNTS, nonZero: 3 }],
        },
        {
          variant: 'green',
          units: 11,
          metrics: [{ summary: 'share', n: 11, sum: 4, sumOfSquares: 4, centre: 0, ...COUNTS, nonZero: 4 }],
        },
      ],
      multipleExposureUnits: 2,
    });
  });

  // 1e9 + 1, 1e9 - 1 and two units without events: mean 5e8, squares about it 4 * 25e16 + 2.
  it('count units without events into the spread around the mean of all', () => {
    const row = { variant: 'a', units: 4, m0_count: 2, m0_sum: 2e9, m0_variance: 1, m0_non_zero: 2, m0_negative: 0 };

    expect(experimentStatistics([{ ...row, m0_beyond: 0 }], [number]).variants[0]?.metrics).toEqual([
      { summary: 'number', n: 4, sum: 2e9, sumOfSquares: 2 + 1e18, centre: 5e8, ...COUNTS, nonZero: 2 },
    ]);
  });

  it('are zeros where no unit of a variant has events', () => {
    const row = { variant: 'a', units: 4, m0_count: 0, m0_sum: 0, m0_variance: 0, m0_non_zero: 0, m0_negative: 0 };

    expect(experimentStatistics([{ ...row, m0_beyond: 0 }], [number]).variants[0]?.metrics).toEqual([
      { summary: 'number', n: 4, sum: 0, sumOfSquares: 0, centre: 0, ...COUNTS },
    ]);
  });
});

const COUNTS = { nonZero: 0, negative: 0, beyondRange: 0 } as const;

describe('a dialect', () => {
  it('is found by the name that a warehouse gives', () => {
    expect(['duckdb', 'postgres', 'clickhouse'].map(dialectNamed)).toEqual([DUCKDB, POSTGRES, CLICKHOUSE]);
    expect(dialectNamed('oracle')).toBeUndefined();
  });
});
