import { fork } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { DuckDBInstance } from '@duckdb/node-api';
import { credentials, Metadata } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { events } from '@sortition/contracts';

import { newDirectory } from './support/new-directory.js';
import { ROOT, run, start } from './support/sortition-process.js';
import type { Started } from './support/sortition-process.js';

let directory: string;

beforeAll(async () => {
  directory = await newDirectory();
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe('sortition demo', () => {
  it('brings every visitor from the SDK to the results and writes a report that needs nothing from outside', async () => {
    const report = join(directory, 'report.html');

    const { code, stdout } = await run(['demo', '--visitors', '300', '--report', report, '--output', 'json']);

    expect(code).toBe(0);
    const { experiments } = JSON.parse(stdout) as { experiments: readonly Results[] };
    expect(experiments.map(unitsOf)).toEqual([300, 300]);
    expect(experiments.map(({ multipleExposureUnits }) => multipleExposureUnits)).toEqual([0, 0]);
    const html = await readFile(report, 'utf8');
    expect(html).toContain('<svg');
    expect(html).not.toMatch(/(src|href)=|url\(|@import/);
  }, 180_000);
});

describe('killing the platform in the middle of the demo', () => {
  it('loses no acknowledged event, and the visitors come through once it is back', async () => {
    const dataDirectory = join(directory, 'data');
    const first = await start(dataDirectory);
    const at = ['--address', first.ready.grpc, '--key', first.ready.keys.admin];
    await run(['apply', '-f', join(ROOT, 'apps/cli/demo/experiments.yaml'), ...at]);
    const publisher = new Publisher(first);
    const visitors = sendVisitors(first, 2_000);
    await visitors.come;

    await publisher.publishUntil(2_000);
    await first.end('SIGKILL');
    const again = await start(dataDirectory, portsOf(first));
    await publisher.publishUntil(4_000);
    const visitorsCode = await visitors.code;
    const results = await run(['results', 'fast-checkout', '--compute', ...at, '--output', 'json']);
    publisher.close();
    await again.end('SIGTERM');

    expect(visitorsCode).toBe(0);
    expect(unitsOf(JSON.parse(results.stdout) as Results)).toBe(2_000);
    const stored = await storedIds(join(dataDirectory, 'warehouse.duckdb'));
    expect(publisher.acknowledged.length).toBeGreaterThanOrEqual(4_000);
    expect(publisher.acknowledged.filter((id) => stored.get(id) !== 1)).toEqual([]);
  }, 240_000);
});

interface Results {
  readonly units: readonly { readonly units: number }[];
  readonly multipleExposureUnits: number;
}

function unitsOf({ units }: Results): number {
  return units.reduce((sum, { units: n }) => sum + n, 0);
}

function portsOf({ ready }: Started): { readonly grpc: number; readonly http: number } {
  return { grpc: Number(ready.grpc.split(':')[1]), http: Number(new URL(ready.http).port) };
}

interface Visitors {
  /** Resolves when the first of them were served. */
  readonly come: Promise<unknown>;
  /** Of their process. */
  readonly code: Promise<number | null>;
}

function sendVisitors({ ready }: Started, count: number): Visitors {
  const env = { ...process.env, NODE_OPTIONS: '', SORTITION_ADDRESS: ready.grpc, SORTITION_API_KEY: ready.keys.server };
  const child = fork(join(ROOT, 'apps/cli/demo/visitors.mjs'), ['1', '0', String(count)], { env, execArgv: [] });
  const code = once(child, 'exit').then(([exitCode]) => exitCode as number | null);
  return { come: Promise.race([once(child, 'message'), code]), code };
}

/** Sends events of its own, again until they are acknowledged, and remembers which were. */
class Publisher {
  readonly acknowledged: string[] = [];
  private readonly client: events.EventsServiceClient;
  private readonly metadata = new Metadata();

  constructor({ ready }: Started) {
    this.client = new events.EventsServiceClient(ready.grpc, credentials.createInsecure(), {
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 500,
    });
    this.metadata.set('authorization', `Bearer ${ready.keys.server}`);
  }

  async publishUntil(count: number): Promise<void> {
    while (this.acknowledged.length < count) {
      const batch = Array.from({ length: 100 }, () => randomUUID());
      let results = await this.publish(batch);
      while (results === undefined) results = await this.publish(batch);
      this.acknowledged.push(...results);
    }
  }

  close(): void {
    this.client.close();
  }

  /** Ids that the platform acknowledged; undefined when it did not answer. */
  private publish(ids: readonly string[]): Promise<readonly string[] | undefined> {
    const time = new Date();
    const request: events.PublishEventsRequest = {
      sentAt: time,
      events: ids.map((id) => ({
        id,
        time,
        payload: {
          $case: 'tracked',
          value: { name: 'ping', units: { targetingKey: id }, value: 1, properties: undefined },
        },
      })),
    };
    const { ACCEPTED, DUPLICATE } = events.EventStatus;
    const options = { deadline: Date.now() + 5_000 };
    return new Promise((resolve) => {
      this.client.publishEvents(request, this.metadata, options, (error, response) => {
        if (error) resolve(undefined);
        else
          resolve(
            response.results.filter(({ status }) => status === ACCEPTED || status === DUPLICATE).map(({ id }) => id),
          );
      });
    });
  }
}

async function storedIds(file: string): Promise<ReadonlyMap<string, number>> {
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(
    'SELECT CAST(event_id AS VARCHAR) AS id, count(*)::DOUBLE AS times FROM events GROUP BY 1',
  );
  const stored = new Map(reader.getRowObjectsJS().map(({ id, times }) => [id as string, times as number]));
  connection.closeSync();
  instance.closeSync();
  return stored;
}
