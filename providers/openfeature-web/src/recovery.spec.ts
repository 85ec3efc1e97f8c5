import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ErrorCode, type EventDetails, OpenFeature, ProviderEvents, ProviderStatus } from '@openfeature/web-sdk';

import { eventSource } from './event-source.js';
import type { SortitionWebProviderOptions } from './provider-options.js';
import { SortitionWebProvider } from './sortition-web-provider.js';
import { ScriptedEventSource } from './testing/scripted-event-source.js';
import { ScriptedFetch } from './testing/scripted-fetch.js';

const BULK = '/ofrep/v1/evaluate/flags';
/** Longer than the first delays between two tries. */
const SOON_MS = 5_000;

const { READY, ERROR, FATAL } = ProviderStatus;
const globals = globalThis as { EventSource?: unknown };
const native = globals.EventSource;
const client = OpenFeature.getClient();
let network: ScriptedFetch;
/** Events that the provider emitted itself. */
let told: string[];

beforeEach(async () => {
  jest.useFakeTimers();
  globals.EventSource = ScriptedEventSource;
  ScriptedEventSource.opened = [];
  network = new ScriptedFetch();
  network.answer = ({ targetingKey }) => ({
    flags: [{ key: 'who', value: targetingKey, reason: 'STATIC', variant: 'one' }],
    eventStreams: [{ type: 'sse', url: 'https://flags.example.com/stream' }],
  });
  told = [];
  await OpenFeature.setContext({ targetingKey: 'user-1' });
});

afterEach(async () => {
  OpenFeature.clearHandlers();
  await OpenFeature.close();
  await OpenFeature.clearContext();
  globals.EventSource = native;
  jest.useRealTimers();
});

function providerWith(options: Partial<SortitionWebProviderOptions> = {}): SortitionWebProvider {
  const given = { url: 'https://flags.example.com', apiKey: 'sor_client_x' };
  const provider = new SortitionWebProvider({ ...given, fetch: network.fetch, ...options });
  for (const event of [ProviderEvents.Ready, ProviderEvents.Stale, ProviderEvents.Error] as const) {
    provider.events.addHandler(event, () => told.push(event));
  }
  return provider;
}

/** Ready, with a stream that lives. */
async function ready(options?: Partial<SortitionWebProviderOptions>): Promise<void> {
  await OpenFeature.setProviderAndWait(providerWith(options));
  ScriptedEventSource.last.open();
}

function tellOfChange(): void {
  ScriptedEventSource.last.open();
  ScriptedEventSource.last.say({ type: 'refetchEvaluation' });
}

const asked = (): number => network.at(BULK).length;

describe('SortitionWebProvider, when the platform was away', () => {
  it.each([0, 50])('is ready by itself after it was away at the start, polling every %i ms', async (pollIntervalMs) => {
    network.script.set(BULK, ['unreachable', { status: 503 }]);
    await expect(ready({ pollIntervalMs })).rejects.toMatchObject({ code: ErrorCode.GENERAL });
    await jest.advanceTimersByTimeAsync(SOON_MS);

    expect(client.getStringValue('who', 'x')).toBe('user-1');
    expect(client.providerStatus).toBe(READY);
    expect(told).toEqual([ProviderEvents.Ready]);
  });

  it('serves the old user’s values under their name after a failed change of context, and the new ones soon', async () => {
    await ready();
    network.script.set(BULK, ['unreachable']);
    await OpenFeature.setContext({ targetingKey: 'user-2' });
    const changes: (EventDetails | undefined)[] = [];
    OpenFeature.addHandler(ProviderEvents.ConfigurationChanged, (details) => changes.push(details));

    expect(client.providerStatus).toBe(ERROR);
    expect(client.getStringDetails('who', 'x')).toMatchObject({
      value: 'user-1',
      flagMetadata: { contextId: 'user-1' },
    });
    await jest.advanceTimersByTimeAsync(SOON_MS);
    expect(client.providerStatus).toBe(READY);
    expect(client.getStringDetails('who', 'x')).toMatchObject({
      value: 'user-2',
      flagMetadata: { contextId: 'user-2' },
    });
    expect(changes).toMatchObject([{ flagsChanged: ['who'] }]);
  });

  it('follows changes again after it was closed and initialized again', async () => {
    const provider = providerWith();
    const context = { targetingKey: 'user-1' };
    await provider.initialize(context);
    await provider.onClose();
    await provider.initialize(context);

    expect(ScriptedEventSource.opened).toHaveLength(2);
    await provider.onClose();
  });
});

describe('SortitionWebProvider, asked to wait', () => {
  const tooMany = { status: 429, body: { errorDetails: 'Too many.' }, headers: { 'Retry-After': '30' } };

  it('does not ask before, polled or told of changes, and asks by itself after', async () => {
    await ready({ pollIntervalMs: 20_000 });
    network.script.set(BULK, [tooMany]);
    await jest.advanceTimersByTimeAsync(20_001);
    expect([asked(), told]).toEqual([2, [ProviderEvents.Stale]]);
    tellOfChange();
    await jest.advanceTimersByTimeAsync(29_000);
    expect(asked()).toBe(2);
    await jest.advanceTimersByTimeAsync(2_500);

    expect(asked()).toBe(3);
    expect(client.providerStatus).toBe(READY);
  });

  it('asks after although an earlier failure made it want to ask sooner', async () => {
    await ready();
    network.script.set(BULK, ['unreachable', tooMany]);
    tellOfChange();
    await jest.advanceTimersByTimeAsync(250);
    tellOfChange();
    await jest.advanceTimersByTimeAsync(250);
    expect(asked()).toBe(3);
    await jest.advanceTimersByTimeAsync(29_000);
    expect(asked()).toBe(3);
    await jest.advanceTimersByTimeAsync(SOON_MS);

    expect(asked()).toBe(4);
    expect(client.providerStatus).toBe(READY);
  });

  it('does not ask for a new context before, and serves it after', async () => {
    await ready();
    network.script.set(BULK, [tooMany]);
    tellOfChange();
    await jest.advanceTimersByTimeAsync(250);
    await OpenFeature.setContext({ targetingKey: 'user-2' });
    expect([asked(), client.providerStatus]).toEqual([2, ERROR]);
    await jest.advanceTimersByTimeAsync(29_000);
    expect(asked()).toBe(2);
    await jest.advanceTimersByTimeAsync(SOON_MS);

    expect(client.getStringValue('who', 'x')).toBe('user-2');
    expect(client.providerStatus).toBe(READY);
  });
});

describe('SortitionWebProvider, with a key that is refused', () => {
  it.each([401, 403])('leaves nothing running when it is refused with %i at the start', async (status) => {
    network.script.set(BULK, [{ status }]);
    await expect(ready({ pollIntervalMs: 100 })).rejects.toMatchObject({ code: ErrorCode.PROVIDER_FATAL });
    await jest.advanceTimersByTimeAsync(60_000);

    expect(asked()).toBe(1);
    expect(client.providerStatus).toBe(FATAL);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('does not become ready when the context changes after that', async () => {
    network.script.set(BULK, [{ status: 401 }]);
    await expect(ready()).rejects.toMatchObject({ code: ErrorCode.PROVIDER_FATAL });
    await OpenFeature.setContext({ targetingKey: 'user-2' });

    expect(client.providerStatus).toBe(ERROR);
  });

  it.each([401, 403])('is in error, serves on and asks no more when it is refused later with %i', async (status) => {
    await ready({ pollIntervalMs: 1_000 });
    const failures: (EventDetails | undefined)[] = [];
    OpenFeature.addHandler(ProviderEvents.Error, (details) => failures.push(details));
    network.script.set(BULK, [{ status, body: { errorDetails: 'The API key was revoked.' } }]);
    await jest.advanceTimersByTimeAsync(120_000);

    expect(asked()).toBe(2);
    expect(failures).toMatchObject([{ message: 'The API key was revoked.', errorCode: ErrorCode.GENERAL }]);
    expect(told).toEqual([ProviderEvents.Error]);
    expect(client.providerStatus).toBe(ERROR);
    expect(client.getStringValue('who', 'x')).toBe('user-1');
  });

  it('asks again for a new context', async () => {
    await ready({ pollIntervalMs: 1_000 });
    network.script.set(BULK, [{ status: 401 }]);
    await jest.advanceTimersByTimeAsync(1_000);
    await OpenFeature.setContext({ targetingKey: 'user-2' });

    expect(client.getStringValue('who', 'x')).toBe('user-2');
    expect(client.providerStatus).toBe(READY);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(asked()).toBe(4);
  });
});

describe('SortitionWebProvider, closed while it is initialized', () => {
  it('gives up its request and rejects', async () => {
    network.gate = new Promise(() => undefined);
    const provider = providerWith();
    const initialized = provider.initialize({ targetingKey: 'user-1' });
    const closed = provider.onClose();

    await expect(initialized).rejects.toMatchObject({ code: ErrorCode.GENERAL });
    await closed;
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('SortitionWebProvider, closed or replaced while it is started', () => {
  it('rejects and says that it was closed, and stays closed', async () => {
    network.gate = new Promise(() => undefined);
    const provider = providerWith();
    const initialized = provider.initialize({ targetingKey: 'user-1' });
    void provider.onClose();

    await expect(initialized).rejects.toThrow('The provider was closed.');
    await jest.advanceTimersByTimeAsync(120_000);
    expect(asked()).toBe(1);
    expect(ScriptedEventSource.opened).toEqual([]);
  });

  it('says so when another provider takes its place', async () => {
    network.gate = new Promise(() => undefined);
    const first = OpenFeature.setProviderAndWait(providerWith());
    const rejected = expect(first).rejects.toThrow('The provider was closed.');
    network.gate = Promise.resolve();
    await ready();
    await rejected;

    expect(ScriptedEventSource.opened).toHaveLength(1);
    expect(client.getStringValue('who', 'x')).toBe('user-1');
  });

  it('leaves nothing running after 20 replacements in a row, as hot reloads make them', async () => {
    for (let reload = 0; reload < 20; reload++) OpenFeature.setProvider(providerWith({ pollIntervalMs: 1_000 }));
    await ready();
    await OpenFeature.close();
    await jest.advanceTimersByTimeAsync(5_000);

    expect(jest.getTimerCount()).toBe(0);
    expect(ScriptedEventSource.opened.every(({ readyState }) => readyState === ScriptedEventSource.CLOSED)).toBe(true);
  });

  it('calls a timeout a timeout', async () => {
    network.gate = new Promise(() => undefined);
    const initialized = ready({ timeoutMs: 3_000 });
    const rejected = expect(initialized).rejects.toThrow('No answer within 3000 ms.');
    await jest.advanceTimersByTimeAsync(3_000);
    await rejected;
  });

  it('is ready with the context that was set meanwhile, not before', async () => {
    let open = (): void => undefined;
    network.gate = new Promise((resolve) => {
      open = resolve;
    });
    let isReady = false;
    const initialized = ready().then(() => (isReady = true));
    const changed = OpenFeature.setContext({ targetingKey: 'user-2' });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(isReady).toBe(false);
    open();
    await Promise.all([initialized, changed]);

    expect(client.getStringValue('who', 'x')).toBe('user-2');
  });
});

describe('SortitionWebProvider, when no stream tells of changes', () => {
  it('is stale, looks for changes by itself, and is ready again with the stream', async () => {
    await ready();
    ScriptedEventSource.last.fail();
    await jest.advanceTimersByTimeAsync(10_001);
    expect(client.providerStatus).toBe(ProviderStatus.STALE);
    network.answer = () => ({ flags: [{ key: 'who', value: 'new', reason: 'STATIC', variant: 'one' }] });
    ScriptedEventSource.last.fail();
    await jest.advanceTimersByTimeAsync(25_000);
    expect(client.getStringValue('who', 'x')).toBe('new');
  });

  it('is stale under the next context as well', async () => {
    await ready();
    ScriptedEventSource.last.fail();
    await jest.advanceTimersByTimeAsync(10_000);
    await OpenFeature.setContext({ targetingKey: 'user-2' });
    await jest.advanceTimersByTimeAsync(1);

    expect(client.providerStatus).toBe(ProviderStatus.STALE);
    ScriptedEventSource.last.open();
    await jest.advanceTimersByTimeAsync(1);
    expect(client.providerStatus).toBe(READY);
  });
});

describe('SortitionWebProvider, on a page that is hidden', () => {
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  const show = (visibilityState: string): void => {
    page.visibilityState = visibilityState;
    page.dispatchEvent(new Event('visibilitychange'));
  };

  beforeEach(() => {
    (globalThis as { document?: unknown }).document = page;
  });

  afterEach(() => {
    delete (globalThis as { document?: unknown }).document;
  });

  it.each([
    ['its own', undefined, 5_000],
    ['a shared', () => ({ ...eventSource, holdMs: 120_000 }), 120_000],
  ])(
    'gives %s stream up after its time, and looks for changes when it is seen again',
    async (_name, sharing, holdMs) => {
      await ready(sharing && { sharing });
      const first = ScriptedEventSource.last;
      show('hidden');
      await jest.advanceTimersByTimeAsync(holdMs - 1);
      expect(first.readyState).toBe(ScriptedEventSource.OPEN);
      await jest.advanceTimersByTimeAsync(1);
      expect(first.readyState).toBe(ScriptedEventSource.CLOSED);
      await jest.advanceTimersByTimeAsync(600_000);
      expect(asked()).toBe(1);
      show('visible');
      await jest.advanceTimersByTimeAsync(1);

      expect([asked(), ScriptedEventSource.opened.length]).toEqual([2, 2]);
      expect(client.providerStatus).toBe(READY);
    },
  );

  it('keeps its stream when it is seen again soon', async () => {
    await ready();
    show('hidden');
    await jest.advanceTimersByTimeAsync(4_000);
    show('visible');
    await jest.advanceTimersByTimeAsync(60_000);

    expect(ScriptedEventSource.opened).toHaveLength(1);
  });
});
