import { describe, expect, it } from '@jest/globals';

import { rawRowsQuery } from './raw-rows-query.js';
import { CLICKHOUSE, DUCKDB, POSTGRES } from './sql-dialect.js';

describe('the query of raw rows', () => {
  it.each([DUCKDB, POSTGRES, CLICKHOUSE])('selects an environment and a range of receipt in $name', (dialect) => {
    const selection = {
      environmentId: '0190a000-0000-7000-8000-0000000000e1',
      receivedFromMicros: 1_780_000_000_000_000,
      receivedToMicros: 1_781_000_000_000_000,
    };

    expect(rawRowsQuery({ ...selection, table: 'events' }, dialect)).toMatchSnapshot();
    expect(rawRowsQuery({ ...selection, table: 'exposures' }, dialect)).toMatchSnapshot();
  });
});
