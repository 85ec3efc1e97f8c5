import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { credentials, Metadata } from '@grpc/grpc-js';
import { flagdEvaluationV1, flagdEvaluationV2 } from '@sortition/contracts';

import type { RecordedExposure } from '../../../runtime/exposure-intake.js';
import { RecordExposures } from '../application/record-exposures.js';
import { runAssignment, type RunningAssignment } from '../testing/running-assignment.js';
import { shopFeed, shopKeys, shopState } from '../testing/shop-snapshot.js';
import { ReadExposures } from './read-exposures.js';

let running: RunningAssignment;
let stored: RecordedExposure[];

beforeEach(async () => {
  stored = [];
  running = await runAssignment({
    feed: shopFeed(),
    authenticator: shopKeys(),
    exposureIntake: {
      take: async (_scope, exposures) => {
        stored.push(...exposures);
        return 0;
      },
    },
  });
});

afterEach(() => running.close());

type Headers = Record<string, string>;

async function overOfrep(flag: string, unit: string, key = 'server', headers: Headers = {}): Promise<void> {
  await fetch(`${running.httpUrl}/ofrep/v1/evaluate/flags${flag}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ context: { targetingKey: unit } }),
  });
}

async function overFlagd(version: 'v1' | 'v2', flagKey: string, unit: string, headers: Headers = {}): Promise<void> {
  const Client = version === 'v1' ? flagdEvaluationV1.ServiceClient : flagdEvaluationV2.ServiceClient;
  const client = new Client(running.grpcAddress, credentials.createInsecure());
  const metadata = new Metadata();
  for (const [name, value] of Object.entries({ authorization: 'Bearer server', ...headers })) metadata.set(name, value);
  const request = { flagKey, context: { targetingKey: unit } };
  await new Promise<void>((resolve) => {
    client.resolveString(request, metadata, () => resolve());
  });
  client.close();
}

/** What is stored once the platform has ended. */
async function storedUnits(): Promise<readonly string[]> {
  await running.close();
  return stored.map(({ unit }) => unit);
}

describe('exposures without code', () => {
  it('are those of single evaluations by a server key, over OFREP and both versions of flagd, each once', async () => {
    for (const unit of ['ofrep', 'ofrep', 'both']) await overOfrep('/checkout', unit);
    for (const version of ['v1', 'v2'] as const) {
      for (const unit of [version, 'both']) await overFlagd(version, 'checkout', unit);
    }

    await expect(storedUnits()).resolves.toEqual(['ofrep', 'both', 'v1', 'v2']);
    expect(stored[0]).toMatchObject({ flag: 'checkout', experiment: 'checkout-test', phase: 1, rule: 'experiment' });
  });

  it('are not those of bulk evaluations, of client keys, and of flags without an experiment', async () => {
    await overOfrep('', 'bulk');
    await overOfrep('/checkout', 'client', 'client');
    await overOfrep('/banner', 'no experiment');

    await expect(storedUnits()).resolves.toEqual([]);
  });

  it('are not recorded for a caller that says that it records them', async () => {
    await overOfrep('/checkout', 'ofrep', 'server', { 'Sortition-Exposures': 'off' });
    await overFlagd('v1', 'checkout', 'flagd', { 'sortition-exposures': 'off' });

    await expect(storedUnits()).resolves.toEqual([]);
  });

  it('are not recorded when the value is of another type than was asked for', async () => {
    await overFlagd('v1', 'limit', 'user-1');

    await expect(storedUnits()).resolves.toEqual([]);
  });
});

describe('reads that record nothing', () => {
  it('are counted by flag: experiments served in bulk to servers, and to evaluators in process', async () => {
    const exposures = new RecordExposures({ take: async () => 0 }, { now: () => 0 }, () => 0);
    const reads = new ReadExposures(exposures);
    const keys = shopKeys();
    const [server, client] = [await keys.authorize('server', 'resolve'), await keys.authorize('client', 'resolve')];
    const { compiled } = shopState();
    const decisions = ['banner', 'checkout'].map((flag) => {
      const step = compiled.begin(flag, { targetingKey: 'u' }, { now: 0 });
      if (step.kind !== 'decided') throw new Error('The shop keeps no assignments.');
      return { flag, decision: step.decision };
    });

    for (const principal of [server, server, client]) reads.several(principal, decisions, () => undefined);
    reads.several(server, decisions, () => 'off');
    reads.inProcess(server, compiled);

    expect([...exposures.unrecorded.all()]).toEqual([
      { environment: 'shop/production', flag: 'checkout', way: 'bulk', count: 2 },
      { environment: 'shop/production', flag: 'checkout', way: 'flagd-in-process', count: 1 },
    ]);
  });
});
