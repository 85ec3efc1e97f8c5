import { OpenFeature, ProviderEvents } from '@openfeature/web-sdk';
import { SortitionWebProvider, type SortitionWebProviderOptions } from '@sortition/openfeature-web';

/** The options that a test can hand to the page. */
export type PageOptions = Pick<SortitionWebProviderOptions, 'url' | 'apiKey' | 'flushIntervalMs'>;

/** What a test can ask of the page. */
export interface PageUnderTest {
  start(options: PageOptions, unit: string): Promise<string>;
  become(unit: string): Promise<void>;
  track(name: string, value: number): void;
}

const client = OpenFeature.getClient();

function show(): void {
  const { value, variant, reason } = client.getStringDetails('button', 'none');
  document.body.innerHTML = `<p id="value">${value}</p><p id="variant">${variant ?? ''}</p><p id="reason">${reason ?? ''}</p>`;
}

const app: PageUnderTest = {
  async start(options, unit) {
    OpenFeature.addHandler(ProviderEvents.ConfigurationChanged, show);
    OpenFeature.addHandler(ProviderEvents.ContextChanged, show);
    await OpenFeature.setContext({ targetingKey: unit });
    await OpenFeature.setProviderAndWait(new SortitionWebProvider(options));
    show();
    return client.providerStatus;
  },
  async become(unit) {
    await OpenFeature.setContext({ targetingKey: unit });
  },
  track(name, value) {
    client.track(name, { value });
  },
};

(globalThis as { app?: PageUnderTest }).app = app;
