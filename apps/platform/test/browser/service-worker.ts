import { OpenFeature } from '@openfeature/web-sdk';
import { SortitionWebProvider } from '@sortition/openfeature-web';

import type { PageOptions } from './page.js';

/** Evaluates in a service worker: the page sends options and unit and is sent the value. */
addEventListener('message', (event) => {
  const { data, ports } = event as MessageEvent<{ options: PageOptions; unit: string }>;
  const evaluate = async (): Promise<void> => {
    await OpenFeature.setContext({ targetingKey: data.unit });
    await OpenFeature.setProviderAndWait(new SortitionWebProvider(data.options));
    ports[0]?.postMessage(OpenFeature.getClient().getStringDetails('button', 'none'));
    await OpenFeature.close();
  };
  void evaluate();
});
