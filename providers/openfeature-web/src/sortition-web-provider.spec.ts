import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ErrorCode, OpenFeature, ProviderEvents, ProviderStatus } from '@openfeature/web-sdk';

import { cacheFirst, networkFirst } from './answer-store.js';
import type { BulkAnswer } from './bulk-answer.js';
import type { SortitionWebProviderOptions } from './provider-options.js';
import { SortitionWebProvider } from './sortition-web-provider.js';
import { MemoryStorage } from './testing/memory-storage.js';
import { ScriptedEventSource } from './testing/scripted-event-source.js';
import { ScriptedFetch } from './testing/scripted-fetch.js';

const BULK = '/ofrep/v1/evaluate/flags';
const EVENTS = '/v1/events';

const answerFor = ({ targetingKey = '' }: { targetingKey?: string }): BulkAnswer => ({
  flags: [
    { key: 'boolean', value: false, variant: 'one', reason: 'STATIC' },
    { key: 'string', value: '', variant: 'one', reason: 'STATIC' },
    { key: 'number', value: 0, variant: 'one', reason: 'STATIC' },
    { key: 'object', value: {}, variant: 'one', reason: 'STATIC' },
    { key: 'who', value: targetingKey, variant: 'one', reason: 'TARGETING_MATCH', metadata: { owner: 'web' } },
    { key: 'disabled', reason: 'DISABLED' },
    { key: 'failed', errorCode: 'TARGETING_KEY_MISSING', errorDetails: 'no unit' },
    {
      key: 'checkout',
      value: 'express',
      variant: 'treatment',
      reason: 'SPLIT',
      metadata: {
        'sortition.rule': 'experiment',
        'sortition.experiment': 'checkout-test',
        'sortition.phase': 1,
        'sortition.unitAttribute': 'targetingKey',
        'sortition.unit': targetingKey,
        'sortition.passed':
          '[{"rule":"r0","variant":"a","experiment":"aa-test","phase":2,"unitAttribute":"company","unit":"acme"}]',
      },
    },
  ],
  metadata: { flagSetId: 'shop/production', version: '7' },
});

let network: ScriptedFetch;
const client = OpenFeature.getClient();

beforeEach(async () => {
  network = new ScriptedFetch();
  network.answer = answerFor;
  await OpenFeature.setContext({ targetingKey: 'user-1' });
});

afterEach(async () => {
  OpenFeature.clearHandlers();
  await OpenFeature.close();
  await OpenFeature.clearContext();
});

function providerWith(options: Partial<SortitionWebProviderOptions> = {}): SortitionWebProvider {
  return new SortitionWebProvider({
    url: 'https://flags.example.com/',
    apiKey: 'sor_client_x',
    fetch: network.fetch,
    flushIntervalMs: 60_000,
    ...options,
  });
}

async function ready(options: Partial<SortitionWebProviderOptions> = {}): Promise<SortitionWebProvider> {
  const provider = providerWith(options);
  await OpenFeature.setProviderAndWait(provider);
  return provider;
}

/** Resolves with the next event of a kind. */
function next(event: ProviderEvents): Promise<unknown> {
  return new Promise((resolve) => {
    const handler = (details?: unknown): void => {
      OpenFeature.removeHandler(event as ProviderEvents.Ready, handler);
      resolve(details);
    };
    OpenFeature.addHandler(event as ProviderEvents.Ready, handler);
  });
}

describe('SortitionWebProvider, evaluation', () => {
  it('asks once for all flags, with the key and the context', async () => {
    await ready();
    client.getBooleanValue('boolean', true);

    expect(network.received).toHaveLength(1);
    expect(network.received[0]).toMatchObject({ path: BULK, body: { context: { targetingKey: 'user-1' } } });
    expect(network.received[0]?.headers.get('Authorization')).toBe('Bearer sor_client_x');
  });

  it('serves falsy values of every type as values', async () => {
    await ready();

    expect(client.getBooleanDetails('boolean', true)).toMatchObject({ value: false, variant: 'one', reason: 'STATIC' });
    expect(client.getStringDetails('string', 'x')).toMatchObject({ value: '' });
    expect(client.getNumberDetails('number', 9)).toMatchObject({ value: 0 });
    expect(client.getObjectDetails('object', { a: 1 })).toMatchObject({ value: {} });
  });

  it('answers TYPE_MISMATCH with the default when another type is asked for', async () => {
    await ready();
    const mismatch = { reason: 'ERROR', errorCode: ErrorCode.TYPE_MISMATCH };

    expect(client.getBooleanDetails('string', true)).toMatchObject({ value: true, ...mismatch });
    expect(client.getStringDetails('number', 'x')).toMatchObject({ value: 'x', ...mismatch });
    expect(client.getNumberDetails('object', 9)).toMatchObject({ value: 9, ...mismatch });
    expect(client.getObjectDetails('boolean', { a: 1 })).toMatchObject({ value: { a: 1 }, ...mismatch });
  });

  it('passes on what failed, what is unknown and what has no value', async () => {
    await ready();

    expect(client.getStringDetails('failed', 'x')).toMatchObject({
      value: 'x',
      errorCode: 'TARGETING_KEY_MISSING',
      errorMessage: 'no unit',
    });
    expect(client.getStringDetails('none', 'x')).toMatchObject({ value: 'x', errorCode: ErrorCode.FLAG_NOT_FOUND });
    const disabled = client.getBooleanDetails('disabled', true);
    expect(disabled).toMatchObject({ value: true, reason: 'DISABLED' });
    expect(disabled.errorCode).toBeUndefined();
  });

  it('returns the flag’s metadata with set, version and context', async () => {
    await ready();

    expect(client.getStringDetails('who', 'x').flagMetadata).toEqual({
      owner: 'web',
      flagSetId: 'shop/production',
      version: '7',
      contextId: 'user-1',
    });
  });
});

describe('SortitionWebProvider, state', () => {
  it.each([401, 403])('is fatal when the key is refused with %i', async (status) => {
    network.script.set(BULK, [{ status }]);

    await expect(ready()).rejects.toMatchObject({ code: ErrorCode.PROVIDER_FATAL });
    expect(client.providerStatus).toBe(ProviderStatus.FATAL);
  });

  it.each([['unreachable' as const], [{ status: 500 }], [{ status: 429, headers: { 'Retry-After': '5' } }]])(
    'is in error, not fatal, when the platform answers %j',
    async (reply) => {
      network.script.set(BULK, [reply]);

      await expect(ready()).rejects.toMatchObject({ code: ErrorCode.GENERAL });
      expect(client.providerStatus).toBe(ProviderStatus.ERROR);
    },
  );

  it('evaluates anew when the context changes', async () => {
    await ready();
    await OpenFeature.setContext({ targetingKey: 'user-2' });

    expect(client.getStringValue('who', 'x')).toBe('user-2');
  });

  it('serves the newest context although its answer came first', async () => {
    const provider = await ready();
    let open = (): void => undefined;
    network.gate = new Promise((resolve) => {
      open = resolve;
    });
    const slow = provider.onContextChange({}, { targetingKey: 'slow' });
    network.gate = Promise.resolve();
    await provider.onContextChange({}, { targetingKey: 'fast' });
    open();
    await slow;

    expect(client.getStringValue('who', 'x')).toBe('fast');
  });

  it('does not mistake an answer that it threw away for the one it has', async () => {
    const provider = await ready();
    let open = (): void => undefined;
    network.gate = new Promise((resolve) => {
      open = resolve;
    });
    const slow = provider.onContextChange({}, { targetingKey: 'slow' });
    network.gate = Promise.resolve();
    await provider.onContextChange({}, { targetingKey: 'fast' });
    open();
    await slow;
    await provider.onContextChange({}, { targetingKey: 'slow' });

    expect(client.getStringValue('who', 'x')).toBe('slow');
  });

  it('keeps the old values when a context change fails', async () => {
    await ready();
    network.script.set(BULK, ['unreachable']);
    await OpenFeature.setContext({ targetingKey: 'user-2' });

    expect(client.providerStatus).toBe(ProviderStatus.ERROR);
    expect(client.getStringValue('who', 'x')).toBe('user-1');
  });

  it('polls with the tag of what it has, and tells which flags changed', async () => {
    await ready({ pollIntervalMs: 5 });
    const changed = next(ProviderEvents.ConfigurationChanged);
    network.answer = (context) => {
      const { flags = [], ...rest } = answerFor(context);
      return { ...rest, flags: flags.map((flag) => (flag.key === 'boolean' ? { ...flag, value: true } : flag)) };
    };

    await expect(changed).resolves.toMatchObject({ flagsChanged: ['boolean'] });
    expect(client.getBooleanValue('boolean', false)).toBe(true);
    expect(network.at(BULK)[1]?.headers.get('Sortition-If-None-Match')).toBeTruthy();
  });

  it('goes stale when it cannot look for changes, and is ready again when it can', async () => {
    await ready({ pollIntervalMs: 5 });
    const stale = next(ProviderEvents.Stale);
    network.script.set(BULK, ['unreachable', { status: 503 }]);
    await stale;
    expect(client.getStringValue('who', 'x')).toBe('user-1');

    await next(ProviderEvents.Ready);

    expect(client.providerStatus).toBe(ProviderStatus.READY);
  });

  it('serves values rendered by the server at once, and refreshes them', async () => {
    const bootstrap: BulkAnswer = { flags: [{ key: 'who', value: 'rendered', reason: 'STATIC', variant: 'one' }] };
    const changed = next(ProviderEvents.ConfigurationChanged);
    const initialized = ready({ bootstrap });
    await initialized;
    await changed;

    expect(client.getStringValue('who', 'x')).toBe('user-1');
  });

  it('serves values rendered by the server while the platform is away', async () => {
    network.script.set(BULK, ['unreachable']);
    await ready({ bootstrap: { flags: [{ key: 'who', value: 'rendered', reason: 'STATIC', variant: 'one' }] } });

    expect(client.getStringValue('who', 'x')).toBe('rendered');
  });
});

describe('SortitionWebProvider, values kept in the browser', () => {
  it.each([
    ['network first', networkFirst],
    ['cache first', cacheFirst],
  ])('serves them when the platform is away, %s', async (_name, cache) => {
    const storage = new MemoryStorage();
    await ready({ cache, storage });
    await OpenFeature.close();
    network.script.set(BULK, ['unreachable']);
    const stale = next(ProviderEvents.Stale);
    await ready({ cache, storage });

    expect(client.getStringDetails('who', 'x')).toMatchObject({ value: 'user-1', reason: 'CACHED', variant: 'one' });
    await stale;
    expect(client.providerStatus).toBe(ProviderStatus.STALE);
  });

  it('serves them at once when the cache is first, and then what the platform says', async () => {
    const storage = new MemoryStorage();
    await ready({ cache: networkFirst, storage });
    await OpenFeature.close();
    network.answer = (context) => ({ ...answerFor(context), flags: [{ key: 'who', value: 'new', reason: 'STATIC' }] });
    let open = (): void => undefined;
    network.gate = new Promise((resolve) => {
      open = resolve;
    });
    await ready({ cache: cacheFirst, storage });
    expect(client.getStringDetails('who', 'x')).toMatchObject({ value: 'user-1', reason: 'CACHED' });
    const changed = next(ProviderEvents.ConfigurationChanged);
    open();
    await changed;

    expect(client.getStringDetails('who', 'x')).toMatchObject({ value: 'new', reason: 'STATIC' });
  });

  it('no longer calls them cached once the platform says that nothing changed', async () => {
    const storage = new MemoryStorage();
    await ready({ cache: networkFirst, storage });
    await OpenFeature.close();
    network.script.set(BULK, ['unreachable', 'unreachable', 'unreachable']);
    await ready({ cache: networkFirst, storage, pollIntervalMs: 5 });
    await next(ProviderEvents.Stale);
    await next(ProviderEvents.Ready);

    expect(client.getStringDetails('who', 'x')).toMatchObject({ value: 'user-1', reason: 'TARGETING_MATCH' });
  });

  it.each([401, 403])('does not serve them when the key is refused with %i', async (status) => {
    const storage = new MemoryStorage();
    await ready({ cache: networkFirst, storage });
    await OpenFeature.close();
    network.script.set(BULK, [{ status }]);

    await expect(ready({ cache: networkFirst, storage })).rejects.toMatchObject({ code: ErrorCode.PROVIDER_FATAL });
    expect(storage.entries.size).toBe(0);
  });

  it.each([400, 404])('does not serve them when the platform answers %i', async (status) => {
    const storage = new MemoryStorage();
    await ready({ cache: networkFirst, storage });
    await OpenFeature.close();
    network.script.set(BULK, [{ status }]);

    await expect(ready({ cache: networkFirst, storage })).rejects.toMatchObject({ code: ErrorCode.GENERAL });
    expect(client.getStringDetails('who', 'x')).toMatchObject({ value: 'x', errorCode: ErrorCode.FLAG_NOT_FOUND });
  });

  it('forgets those of a user who is no longer there, although the platform is away', async () => {
    const storage = new MemoryStorage();
    await ready({ cache: networkFirst, storage });
    network.script.set(BULK, ['unreachable']);
    await OpenFeature.setContext({ targetingKey: 'user-2' });

    expect(storage.entries.size).toBe(0);
  });

  it('keeps those of the user when only attributes change', async () => {
    const storage = new MemoryStorage();
    await ready({ cache: networkFirst, storage });
    network.script.set(BULK, ['unreachable']);
    await OpenFeature.setContext({ targetingKey: 'user-1', plan: 'pro' });

    expect(storage.entries.size).toBe(1);
  });

  it('keeps nothing without a cache', async () => {
    const storage = new MemoryStorage();
    await ready({ storage });
    await OpenFeature.close();

    expect(storage.entries.size).toBe(0);
  });

  it('does not serve the values of another user', async () => {
    const storage = new MemoryStorage();
    await ready({ cache: networkFirst, storage });
    await OpenFeature.close();
    await OpenFeature.setContext({ targetingKey: 'user-2' });
    network.script.set(BULK, ['unreachable']);

    await expect(ready({ cache: networkFirst, storage })).rejects.toMatchObject({ code: ErrorCode.GENERAL });
  });
});

describe('SortitionWebProvider, told of changes', () => {
  const globals = globalThis as { EventSource?: unknown };
  const native = globals.EventSource;
  const streams = (context: { targetingKey?: string }, version: string): BulkAnswer => ({
    flags: [{ key: 'who', value: `${context.targetingKey ?? ''} ${version}`, reason: 'STATIC', variant: 'one' }],
    eventStreams: [{ type: 'sse', url: `https://flags.example.com/stream?token=${version}` }],
  });

  beforeEach(() => {
    globals.EventSource = ScriptedEventSource;
    ScriptedEventSource.opened = [];
    network.answer = (context) => streams(context, 'v1');
  });

  afterEach(() => {
    globals.EventSource = native;
  });

  it('fetches with the hint and tells what changed', async () => {
    await ready();
    ScriptedEventSource.last.open();
    network.answer = (context) => streams(context, 'v2');
    const changed = next(ProviderEvents.ConfigurationChanged);
    ScriptedEventSource.last.say({ type: 'refetchEvaluation', etag: '"v2"' });

    await expect(changed).resolves.toMatchObject({ flagsChanged: ['who'] });
    expect(client.getStringValue('who', 'x')).toBe('user-1 v2');
    expect(network.at(BULK).at(-1)?.headers.get('Sortition-Flag-Config-Etag')).toBe('"v2"');
  });

  it('asks with its tag, and follows the stream that a new answer names, when its stream is refused', async () => {
    await ready();
    network.answer = (context) => streams(context, 'v2');
    ScriptedEventSource.last.fail();
    await next(ProviderEvents.ConfigurationChanged);

    expect(network.at(BULK)).toHaveLength(2);
    expect(network.at(BULK)[1]?.headers.get('Sortition-If-None-Match')).toMatch('token=v1');
    expect(ScriptedEventSource.last.url).toBe('https://flags.example.com/stream?token=v2');
  });

  it('does not fetch what it has already', async () => {
    network.answer = (context) => ({ ...streams(context, 'v1'), metadata: { version: '7' } });
    await ready();
    ScriptedEventSource.last.say({ type: 'refetchEvaluation', etag: '7-a', revision: 7 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const afterKnown = network.at(BULK).length;
    ScriptedEventSource.last.say({ type: 'connected', etag: '8-a', revision: 8 });
    await new Promise((resolve) => setTimeout(resolve, 300));

    expect([afterKnown, network.at(BULK).length]).toEqual([1, 2]);
  });

  it('opens none with push: false', async () => {
    await ready({ push: false });

    expect(ScriptedEventSource.opened).toEqual([]);
  });

  it('closes the stream when it is closed', async () => {
    await ready();
    await OpenFeature.close();

    expect(ScriptedEventSource.last.readyState).toBe(ScriptedEventSource.CLOSED);
  });
});

describe('SortitionWebProvider, exposures and tracked events', () => {
  it('records no exposure for what was fetched but not read', async () => {
    await ready();
    await OpenFeature.close();

    expect(network.events).toEqual([]);
  });

  it('records each exposure once, when its value is read', async () => {
    await ready();
    for (let read = 0; read < 3; read++) client.getStringValue('checkout', 'x');
    client.getNumberValue('checkout', 1);
    client.getBooleanValue('boolean', true);
    await OpenFeature.close();

    expect(network.events.map(({ exposure }) => exposure)).toEqual([
      {
        flag: 'checkout',
        variant: 'a',
        rule: 'r0',
        experiment: 'aa-test',
        phase: 2,
        unitAttribute: 'company',
        unit: 'acme',
      },
      {
        flag: 'checkout',
        variant: 'treatment',
        rule: 'experiment',
        experiment: 'checkout-test',
        phase: 1,
        unitAttribute: 'targetingKey',
        unit: 'user-1',
      },
    ]);
  });

  it('tracks with units, value and properties', async () => {
    await ready();
    client.track('purchase', { value: 9.5, plan: 'pro' });
    await OpenFeature.close();

    expect(network.events).toMatchObject([
      { tracked: { name: 'purchase', units: { targetingKey: 'user-1' }, value: 9.5, properties: { plan: 'pro' } } },
    ]);
  });

  it('tracks for all units of experiments on the page’s flags, read or not', async () => {
    await OpenFeature.setContext({ targetingKey: 'user-1', company: 'acme' });
    await ready();
    client.track('purchase');
    await OpenFeature.close();

    expect(network.events).toMatchObject([{ tracked: { units: { targetingKey: 'user-1', company: 'acme' } } }]);
  });

  it('sends what failed again with the same ids, in a way that outlives the page', async () => {
    network.script.set(EVENTS, ['unreachable', { status: 503 }]);
    await ready({ flushIntervalMs: 1 });
    client.track('purchase');
    await OpenFeature.close();

    const requests = network.at(EVENTS);
    const ids = network.events.map(({ id }) => id);
    expect(requests).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
    expect(requests.every(({ keepalive }) => keepalive)).toBe(true);
  });

  it('does not send again what the platform refuses', async () => {
    network.script.set(EVENTS, [{ status: 400 }]);
    await ready();
    client.track('purchase');
    await OpenFeature.close();

    expect(network.at(EVENTS)).toHaveLength(1);
  });

  it('sends what is too large at once in parts', async () => {
    network.script.set(EVENTS, [{ status: 413 }]);
    await ready();
    for (const name of ['one', 'two']) client.track(name);
    await OpenFeature.close();

    const named = (name: string): unknown => expect.objectContaining({ tracked: expect.objectContaining({ name }) });
    expect(network.at(EVENTS).map(({ body }) => body)).toEqual(
      [['one', 'two'], ['one'], ['two']].map((names) => expect.objectContaining({ events: names.map(named) })),
    );
  });

  it('sends at once when the page is hidden', async () => {
    const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
    const globals = globalThis as { document?: unknown };
    globals.document = page;
    try {
      await ready();
      client.track('purchase');
      page.visibilityState = 'hidden';
      page.dispatchEvent(new Event('visibilitychange'));

      expect(network.at(EVENTS)).toHaveLength(1);
    } finally {
      await OpenFeature.close();
      delete globals.document;
    }
  });
});

describe('SortitionWebProvider, options', () => {
  it.each([['url'], ['apiKey']] as const)('refuses to be made without %s', (name) => {
    expect(() => providerWith({ [name]: '' })).toThrow(`The option ${name} is missing.`);
  });
});
