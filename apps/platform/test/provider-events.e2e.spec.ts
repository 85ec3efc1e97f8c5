import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client, OpenFeature } from '@openfeature/server-sdk';
import { SERVICES } from '@sortition/contracts';
import { type EventsLostReason, SortitionProvider } from '@sortition/openfeature-server';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';
import { Client as DatabaseClient } from 'pg';

import { call, runPlatform, type RunningPlatform } from './running-platform.js';

const { applyDeclaration } = SERVICES['sortition.admin.v1.DeclarationService'];

const KIB = 1_024;

let postgres: TestPostgres;
let running: RunningPlatform;
let owner: DatabaseClient;

beforeAll(async () => {
  postgres = await startTestPostgres();
  const databaseUrl = await postgres.createDatabase();
  running = await runPlatform(databaseUrl);
  owner = new DatabaseClient({ connectionString: databaseUrl });
  await owner.connect();
}, 120_000);

afterAll(async () => {
  await owner.end();
  await running.stop();
  await postgres.stop();
});

/** Tracks through a provider of its own and closes it. Returns what was reported as lost. */
async function tracking(track: (client: Client) => void): Promise<readonly (readonly [EventsLostReason, number])[]> {
  const { platform } = running;
  const lost: (readonly [EventsLostReason, number])[] = [];
  const provider = new SortitionProvider({
    address: platform.grpcAddress,
    apiKey: platform.starter.keys?.server ?? '',
    closeTimeoutMs: 30_000,
    onEventsLost: (reason, count) => lost.push([reason, count]),
  });
  await OpenFeature.setProviderAndWait('events', provider);
  track(OpenFeature.getClient('events'));
  await OpenFeature.clearProviders();
  return lost;
}

async function stored(name: string): Promise<number> {
  const { rows } = await owner.query<{ count: string }>(`SELECT count(*) FROM event_log WHERE payload->>'name' = $1`, [
    name,
  ]);
  return Number(rows[0]?.count);
}

/** Declares a flag with a running experiment on halves of all units. */
async function declareExperiment(adminKey: string): Promise<void> {
  const { project, environment } = running.platform.starter;
  const rules = [{ key: 'test', experiment: 'checkout' }];
  const flag = { key: 'new-checkout', type: 'boolean', variants: { off: false, on: true } };
  const experiment = {
    key: 'checkout',
    flag: 'new-checkout',
    environment,
    control: 'off',
    variants: { off: 50, on: 50 },
  };
  const declaration = {
    version: 1,
    flags: [{ ...flag, environments: { [environment]: { enabled: true, defaultVariant: 'off', rules } } }],
    metrics: [{ key: 'purchase-rate', kind: 'conversion', event: 'purchase' }],
    experiments: [{ ...experiment, metrics: { success: ['purchase-rate'] }, state: 'running' }],
  };
  const request = { parent: `projects/${project}`, declaration, dryRun: false };
  const outcome = await call(running, applyDeclaration, request, adminKey);
  if ('code' in outcome) throw new Error(outcome.message);
}

async function exposedUnits(): Promise<readonly string[]> {
  const { rows } = await owner.query<{ unit: string }>(
    `SELECT payload->>'unit' AS unit FROM event_log WHERE payload->>'experiment' = 'checkout' ORDER BY unit`,
  );
  return rows.map(({ unit }) => unit);
}

describe('exposures without code', () => {
  it('are stored once for each unit whose flag a server asked for alone over OFREP', async () => {
    const { httpUrl, starter } = running.platform;
    await declareExperiment(starter.keys?.admin ?? '');
    const evaluate = async (path: string, unit: string, headers = {}): Promise<number> => {
      const { status } = await fetch(`${httpUrl}/ofrep/v1/evaluate/flags${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-API-Key': starter.keys?.server ?? '', ...headers },
        body: JSON.stringify({ context: { targetingKey: unit } }),
      });
      return status;
    };

    const units = ['a', 'a', 'b'];
    for (const unit of units) expect(await evaluate('/new-checkout', unit)).toBe(200);
    expect(await evaluate('', 'bulk')).toBe(200);
    expect(await evaluate('/new-checkout', 'own', { 'Sortition-Exposures': 'off' })).toBe(200);
    while ((await exposedUnits()).length < 2) await sleep(50);

    await expect(exposedUnits()).resolves.toEqual(['a', 'b']);
  });
});

describe('events of the server provider', () => {
  it('are all stored although a batch of them exceeds what a message may hold', async () => {
    const lost = await tracking((client) => {
      for (let number = 0; number < 200; number++) {
        client.track('large', { targetingKey: `user-${String(number)}` }, { text: 'x'.repeat(60 * KIB) });
      }
      for (let number = 0; number < 5; number++) client.track('small', { targetingKey: 'user-1' });
    });

    expect(lost).toEqual([]);
    await expect(stored('large')).resolves.toBe(200);
    await expect(stored('small')).resolves.toBe(5);
  });

  it('are stored although those before them are too large, which are told of', async () => {
    const lost = await tracking((client) => {
      for (let number = 0; number < 200; number++) {
        client.track('oversized', { targetingKey: 'user-1' }, { text: 'x'.repeat(95 * KIB) });
      }
      client.track('enormous', { targetingKey: 'user-1' }, { text: 'x'.repeat(5_000 * KIB) });
      for (let number = 0; number < 5; number++) client.track('behind', { targetingKey: 'user-1' });
    });

    const rejected = lost.filter(([reason]) => reason === 'rejected').map(([, count]) => count);
    expect(rejected.reduce((sum, count) => sum + count, 0)).toBe(200);
    expect(lost.filter(([reason]) => reason !== 'rejected')).toEqual([['too-large', 1]]);
    await expect(stored('behind')).resolves.toBe(5);
  });
});
