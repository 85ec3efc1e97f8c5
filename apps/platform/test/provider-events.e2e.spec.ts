import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client, OpenFeature } from '@openfeature/server-sdk';
import { type EventsLostReason, SortitionProvider } from '@sortition/openfeature-server';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';
import { Client as DatabaseClient } from 'pg';

import { runPlatform, type RunningPlatform } from './running-platform.js';

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
