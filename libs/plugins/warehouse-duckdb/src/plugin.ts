import { join } from 'node:path';

import { definePlugin, type Plugin } from '@sortition/plugin-sdk';

/** The embedded warehouse as a plugin: `duckdb:` keeps it in the data directory. */
export default definePlugin({
  name: '@sortition/warehouse-duckdb',
  version: '0.1.0',
  apiVersion: '^1.0.0',
  open: () => ({
    warehouses: [
      {
        schemes: ['duckdb'],
        async open(_url, { dataDirectory, threads }) {
          const { openDuckDbWarehouse } = await import('./open-duckdb-warehouse.js');
          // DuckDB makes files whenever it needs them, and has no setting for who may read them.
          process.umask(0o077);
          return openDuckDbWarehouse({ path: join(dataDirectory, 'warehouse.duckdb'), threads });
        },
      },
    ],
  }),
}) satisfies Plugin;
