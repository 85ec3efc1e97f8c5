import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { BatchLoader } from './batch-loader.js';
import { ClickHouseWarehouse } from './clickhouse-warehouse.js';

describe('a load into ClickHouse', () => {
  const sockets: Socket[] = [];
  let silent: Server;
  let warehouse: ClickHouseWarehouse;

  beforeEach(async () => {
    silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const url = `http://127.0.0.1:${String((silent.address() as AddressInfo).port)}`;
    const within = (requestMs: number): ReturnType<typeof createClient> =>
      createClient({ url, request_timeout: requestMs, log: { level: ClickHouseLogLevel.OFF } });
    warehouse = new ClickHouseWarehouse(within(60_000), new BatchLoader(within(100)));
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    silent.close();
    await warehouse.close();
  });

  it('fails at its own deadline when the server gives no answer', async () => {
    const batch = { source: 'log', offset: 1, exposures: [], events: [] };

    await expect(warehouse.load(batch)).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' });
  });
});
