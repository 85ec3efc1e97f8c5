import { OpenFeature, ProviderEvents } from '@openfeature/web-sdk';
import {
  keepUnsentEvents,
  networkFirst,
  shareAmongTabs,
  SortitionWebProvider,
  type SortitionWebProviderOptions,
} from '@sortition/openfeature-web';

/** The options that a test can hand to the page. */
export interface PageOptions extends Pick<
  SortitionWebProviderOptions,
  'url' | 'apiKey' | 'flushIntervalMs' | 'timeoutMs'
> {
  /** Without what is in modules of its own: values and events are not kept, the stream is not shared. */
  readonly isBare?: boolean;
}

const MODULES = { cache: networkFirst, unsentEvents: keepUnsentEvents, sharing: shareAmongTabs };

/** What a test can ask of the page. */
export interface PageUnderTest {
  start(options: PageOptions, unit: string): Promise<string>;
  /** Starts a provider for each of so many domains. */
  startDomains(options: PageOptions, unit: string, count: number): Promise<string[]>;
  become(unit: string): Promise<void>;
  track(name: string, value: number): void;
  /** Tracks so many events, each with so many characters in a property. */
  trackMany(name: string, count: number, characters: number): void;
  status(): string;
  /** When the page first showed the value, Unix time in milliseconds; undefined when it has not. */
  shownAtMs(value: string): number | undefined;
}

const client = OpenFeature.getClient();
const shownAtMs = new Map<string, number>();

const providerWith = ({ isBare, ...options }: PageOptions): SortitionWebProvider =>
  new SortitionWebProvider(isBare ? options : { ...MODULES, ...options });

function show(): void {
  const { value, variant, reason } = client.getStringDetails('button', 'none');
  document.body.innerHTML = `<p id="value">${value}</p><p id="variant">${variant ?? ''}</p><p id="reason">${reason ?? ''}</p>`;
  if (!shownAtMs.has(value)) shownAtMs.set(value, Date.now());
}

const app: PageUnderTest = {
  async start(options, unit) {
    OpenFeature.addHandler(ProviderEvents.ConfigurationChanged, show);
    OpenFeature.addHandler(ProviderEvents.ContextChanged, show);
    await OpenFeature.setContext({ targetingKey: unit });
    await OpenFeature.setProviderAndWait(providerWith(options));
    show();
    return client.providerStatus;
  },
  async startDomains(options, unit, count) {
    await OpenFeature.setContext({ targetingKey: unit });
    const domains = Array.from({ length: count }, (_, index) => `domain-${String(index)}`);
    await Promise.all(domains.map((domain) => OpenFeature.setProviderAndWait(domain, providerWith(options))));
    return domains.map((domain) => OpenFeature.getClient(domain).providerStatus);
  },
  async become(unit) {
    await OpenFeature.setContext({ targetingKey: unit });
  },
  track(name, value) {
    client.track(name, { value });
  },
  trackMany(name, count, characters) {
    const text = 'x'.repeat(characters);
    for (let number = 0; number < count; number++) client.track(name, { value: number, text });
  },
  status: () => client.providerStatus,
  shownAtMs: (value) => shownAtMs.get(value),
};

(globalThis as { app?: PageUnderTest }).app = app;
