import { createServer } from 'node:net';

import { OpenFeature, ProviderEvents } from '@openfeature/server-sdk';
import type { Snapshot } from '@sortition/evaluation';
import { describeEvaluationScenarios, type ProviderState, scenarioSnapshot } from '@sortition/openfeature-core/testing';
import { type EvaluationMode, SortitionProvider } from '@sortition/openfeature-server';

import { InMemorySnapshotFeed } from './in-memory-snapshot-feed.js';
import { runAssignment } from './running-assignment.js';
import { ENVIRONMENT_ID, ORGANIZATION_ID, shopKeys } from './shop-snapshot.js';

for (const mode of ['in-process', 'remote'] as const) {
  describeEvaluationScenarios(
    `server provider, ${mode}`,
    async (state) => {
      const domain = `scenarios ${mode}`;
      const stop = await enter(state, mode, domain);
      const client = OpenFeature.getClient(domain);
      return {
        async details(type, flagKey, defaultValue, context) {
          switch (type) {
            case 'boolean':
              return client.getBooleanDetails(flagKey, defaultValue as boolean, context);
            case 'string':
              return client.getStringDetails(flagKey, defaultValue as string, context);
            case 'number':
              return client.getNumberDetails(flagKey, defaultValue as number, context);
            case 'object':
              return client.getObjectDetails(flagKey, defaultValue, context);
          }
        },
        status: () => client.providerStatus,
        async leave() {
          await OpenFeature.clearProviders();
          await stop();
        },
      };
    },
    // In remote mode nothing is held that could be stale: without the platform the status is ERROR.
    mode === 'remote' ? ['stale'] : [],
  );
}

/** Registers a provider over the running assignment role in the state. Returns how to end what it talks to. */
async function enter(state: ProviderState, mode: EvaluationMode, domain: string): Promise<() => Promise<void>> {
  if (state === 'error') {
    const provider = new SortitionProvider({ address: await nobody(), apiKey: 'server', mode, initTimeoutMs: 50 });
    await OpenFeature.setProviderAndWait(domain, provider).catch(() => undefined);
    return async () => undefined;
  }
  const feed = new InMemorySnapshotFeed();
  // The scenarios’ flags are a snapshot by construction; the platform checks it when it compiles it.
  feed.publish(ORGANIZATION_ID, ENVIRONMENT_ID, scenarioSnapshot as unknown as Snapshot);
  const running = await runAssignment({ feed, authenticator: shopKeys() });
  const options = { address: running.grpcAddress, mode };
  const provider = new SortitionProvider({ ...options, apiKey: state === 'fatal' ? 'unknown' : 'server' });
  const set = OpenFeature.setProviderAndWait(domain, provider).catch(() => undefined);
  if (state === 'not ready') return () => set.then(() => running.close());
  await set;
  if (state === 'stale') {
    const stale = new Promise((resolve) => provider.events.addHandler(ProviderEvents.Stale, resolve));
    await running.close();
    await stale;
    return async () => undefined;
  }
  return () => running.close();
}

/** An address at which nobody listens. */
async function nobody(): Promise<string> {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${String(port)}`;
}
