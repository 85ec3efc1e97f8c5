import { OpenFeature } from '@openfeature/web-sdk';
import { SortitionWebProvider } from '@sortition/openfeature-web';

/** One request's work in an edge runtime: no DOM, no storage, no Node. */
globalThis.handle = async ({ url, apiKey }) => {
  await OpenFeature.setContext({ targetingKey: 'user-1', country: 'SE' });
  await OpenFeature.setProviderAndWait(new SortitionWebProvider({ url, apiKey }));
  const { value, reason } = OpenFeature.getClient().getBooleanDetails('fast-checkout', false);
  await OpenFeature.close();
  return { value, reason, hasProcess: typeof process !== 'undefined', hasDocument: typeof document !== 'undefined' };
};
