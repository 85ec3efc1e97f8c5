import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ErrorCode, type EventDetails, OpenFeature, ProviderEvents, ProviderStatus } from '@openfeature/web-sdk';

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
  const given = { url: 'https://flags.example.com', apiKey: 'sor_client_x', cache: 'none' as const };
  const provider = new SortitionWebProvider({ ...given, fetch: network.fetch, ...options });
  for (const event of [ProviderEvents.Ready, ProviderEvents.Stale, ProviderEvents.Error] as const) {
    provider.events.addHandler(event, () => told.push(event));
  }
  return provider;
}

function ready(options?: Partial<SortitionWebProviderOptions>): Promise<void> {
  return OpenFeature.setProviderAndWait(providerWith(options));
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
