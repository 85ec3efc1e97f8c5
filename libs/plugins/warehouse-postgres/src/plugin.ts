import { definePlugin, type Plugin } from '@sortition/plugin-sdk';

/** PostgreSQL as a warehouse, as a plugin. */
export default definePlugin({
  name: '@sortition/warehouse-postgres',
  version: '0.1.0',
  apiVersion: '^1.0.0',
  open: () => ({
    warehouses: [
      {
        schemes: ['postgres', 'postgresql'],
        async open(url) {
          const { openPostgresWarehouse } = await import('./open-postgres-warehouse.js');
          return openPostgresWarehouse({ url });
        },
      },
    ],
  }),
}) satisfies Plugin;
