import { definePlugin, type Plugin } from '@sortition/plugin-sdk';

/** ClickHouse as a warehouse, as a plugin. */
export default definePlugin({
  name: '@sortition/warehouse-clickhouse',
  version: '0.1.0',
  apiVersion: '^1.0.0',
  open: () => ({
    warehouses: [
      {
        schemes: ['clickhouse', 'clickhouses'],
        async open(url) {
          const { openClickHouseWarehouse } = await import('./open-clickhouse-warehouse.js');
          return openClickHouseWarehouse({ url });
        },
      },
    ],
  }),
}) satisfies Plugin;
