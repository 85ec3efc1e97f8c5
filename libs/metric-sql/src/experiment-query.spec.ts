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
          { aggregation: 'any', event: 'purchase', windowMicros: HOUR_MICROS },
          { aggregation: 'sum', event: 'purchase', windowMicros: undefined },
          { aggregation: 'count', event: 'visit', windowMicros: HOUR_MICROS },
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
        { ...analysis, metrics: [{ aggregation: 'any', event: 'purchase', windowMicros: undefined }] },
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
        metrics: [{ aggregation: 'any', event: hostile, windowMicros: undefined }],
      },
      DUCKDB,
    );

    expect(query.sql).not.toContain('DROP');
    expect(query.parameters).toContain(hostile);
  });
});

describe('the statistics of an experiment', () => {
  it('keep the units that saw several variants apart', () => {
    const rows = [
      { variant: 'control', units: 10, m0_sum: 3, m0_squares: 3 },
      { variant: 'green', units: 11, m0_sum: 4, m0_squares: 4 },
      { variant: null, units: 2, m0_sum: 0, m0_squares: 0 },
    ];

    expect(experimentStatistics(rows, 1)).toEqual({
      variants: [
        { variant: 'control', units: 10, metrics: [{ sum: 3, sumOfSquares: 3 }] },
        { variant: 'green', units: 11, metrics: [{ sum: 4, sumOfSquares: 4 }] },
      ],
      multipleExposureUnits: 2,
    });
  });
});

describe('a dialect', () => {
  it('is found by the name that a warehouse gives', () => {
    expect(['duckdb', 'postgres', 'clickhouse'].map(dialectNamed)).toEqual([DUCKDB, POSTGRES, CLICKHOUSE]);
    expect(dialectNamed('oracle')).toBeUndefined();
  });
});
