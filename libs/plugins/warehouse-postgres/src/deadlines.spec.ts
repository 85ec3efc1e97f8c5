import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Warehouse } from '@sortition/plugin-sdk';
import { eventRow } from '@sortition/plugin-sdk/testing';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';

import { openPostgresWarehouse } from './open-postgres-warehouse.js';

/** A network between the warehouse and its server that can swallow what goes through it. */
class Network {
  private isSwallowing = false;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  constructor(port: number) {
    this.server = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.sockets.add(from);
        from.on('data', (data) => {
          if (!this.isSwallowing) to.write(data);
        });
        from.on('error', () => undefined).on('close', () => to.destroy());
      }
    });
  }

  async address(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  swallow(isSwallowing: boolean): void {
    this.isSwallowing = isSwallowing;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}

let server: TestPostgres;
let network: Network;
let warehouse: Warehouse;

beforeAll(async () => {
  server = await startTestPostgres();
});

afterAll(() => server.stop());

beforeEach(async () => {
  const url = new URL(await server.createDatabase());
  network = new Network(Number(url.port));
  url.host = await network.address();
  warehouse = await openPostgresWarehouse({ url: url.href, connections: 1, loadDeadlineMs: 300, deadlineMs: 500 });
  await warehouse.prepare();
});

afterEach(async () => {
  await warehouse.close();
  network.close();
});

const load = (offset: number): ReturnType<Warehouse['load']> =>
  warehouse.load({ source: 'log', offset, exposures: [], events: [eventRow(offset)] });

describe('a connection of PostgreSQL that is swallowed', () => {
  it('fails the load at its deadline, and the next load goes another way', async () => {
    network.swallow(true);
    await expect(load(1)).rejects.toMatchObject({
      code: 'WAREHOUSE_UNAVAILABLE',
      message: expect.stringContaining('no answer within 300 ms'),
    });
    network.swallow(false);

    await expect(load(1)).resolves.toMatchObject({ events: 1 });
  });

  it('fails queries and streams at their deadline', async () => {
    network.swallow(true);

    await expect(warehouse.query('SELECT 1', [])).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' });
    network.swallow(false);
    const rows = warehouse.stream('SELECT n FROM generate_series(1, 20000) AS n', [])[Symbol.asyncIterator]();
    await rows.next();
    network.swallow(true);
    await expect(rows.next()).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' });
  });
});

describe('a statement of PostgreSQL that takes too long', () => {
  it('is ended by the server as well', async () => {
    await expect(warehouse.query('SELECT pg_sleep(5)', [])).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' });

    const running = `SELECT count(*) AS n FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%'`;
    const endMs = performance.now() + 3_000;
    let rows = await warehouse.query(running, []);
    while (rows[0]?.['n'] !== 0 && performance.now() < endMs) rows = await warehouse.query(running, []);
    expect(rows).toEqual([{ n: 0 }]);
  });
});
