import { isDeepStrictEqual } from 'node:util';

import { OpenFeature, ProviderEvents } from '@openfeature/web-sdk';
import type { Snapshot } from '@sortition/evaluation';
import { describeEvaluationScenarios, type ProviderState, scenarioSnapshot } from '@sortition/openfeature-core/testing';
import { SortitionWebProvider } from '@sortition/openfeature-web';

import { InMemorySnapshotFeed } from './in-memory-snapshot-feed.js';
import { type RunningAssignment, runAssignment } from './running-assignment.js';
import { ENVIRONMENT_ID, ORGANIZATION_ID, shopKeys } from './shop-snapshot.js';

const DOMAIN = 'scenarios web';

describeEvaluationScenarios('web provider', async (state) => {
  const feed = new InMemorySnapshotFeed();
  // The scenarios’ flags are a snapshot by construction; the platform checks it when it compiles it.
  feed.publish(ORGANIZATION_ID, ENVIRONMENT_ID, scenarioSnapshot as unknown as Snapshot);
  const running = await runAssignment({ feed, authenticator: shopKeys() });
  await enter(state, running);
  const client = OpenFeature.getClient(DOMAIN);
  return {
    async details(type, flagKey, defaultValue, context) {
      // A context that stays the same is no change.
      if (!isDeepStrictEqual(context, OpenFeature.getContext(DOMAIN))) await OpenFeature.setContext(DOMAIN, context);
      switch (type) {
        case 'boolean':
          return client.getBooleanDetails(flagKey, defaultValue as boolean);
        case 'string':
          return client.getStringDetails(flagKey, defaultValue as string);
        case 'number':
          return client.getNumberDetails(flagKey, defaultValue as number);
        case 'object':
          return client.getObjectDetails(flagKey, defaultValue);
      }
    },
    status: () => client.providerStatus,
    async leave() {
      await OpenFeature.clearProviders();
      await OpenFeature.clearContext(DOMAIN);
      await running.close();
    },
  };
});

/** Registers a provider over the running assignment role in the state. */
async function enter(state: ProviderState, running: RunningAssignment): Promise<void> {
  if (state === 'error') await running.close();
  const provider = new SortitionWebProvider({
    url: running.httpUrl,
    apiKey: state === 'fatal' ? 'unknown' : 'client',
    ...(state === 'stale' && { pollIntervalMs: 5 }),
  });
  const set = OpenFeature.setProviderAndWait(DOMAIN, provider).catch(() => undefined);
  if (state === 'not ready') return;
  await set;
  if (state !== 'stale') return;
  const stale = new Promise((resolve) => provider.events.addHandler(ProviderEvents.Stale, resolve));
  await running.close();
  await stale;
}
