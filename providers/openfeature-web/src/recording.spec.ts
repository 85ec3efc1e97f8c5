import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { OpenFeature } from '@openfeature/web-sdk';

import { AnonymousId } from './anonymous-id.js';
import { networkFirst } from './answer-store.js';
import type { BulkAnswer } from './bulk-answer.js';
import { Consent } from './consent.js';
import type { SortitionWebProviderOptions } from './provider-options.js';
import { SortitionWebProvider } from './sortition-web-provider.js';
import { MemoryStorage } from './testing/memory-storage.js';
import { ScriptedFetch } from './testing/scripted-fetch.js';
import { keepUnsentEvents } from './unsent-events.js';

const BULK = '/ofrep/v1/evaluate/flags';
const EVENTS = '/v1/events';
const client = OpenFeature.getClient();
let network: ScriptedFetch;
let lost: unknown[];
let provider: SortitionWebProvider;

const answerFor = ({ targetingKey = '' }: { targetingKey?: string }): BulkAnswer => ({
  flags: [
    {
      key: 'checkout',
      value: 'express',
      variant: 'treatment',
      reason: 'SPLIT',
      metadata: {
        'sortition.rule': 'experiment',
        'sortition.experiment': 'checkout-test',
        'sortition.phase': 1,
        'sortition.unitAttribute': 'company',
        'sortition.unit': targetingKey,
      },
    },
  ],
});

beforeEach(() => {
  network = new ScriptedFetch();
  network.answer = answerFor;
  lost = [];
});

afterEach(async () => {
  await OpenFeature.close();
  await OpenFeature.clearContext();
});

function newProvider(options: Partial<SortitionWebProviderOptions> = {}): SortitionWebProvider {
  provider = new SortitionWebProvider({
    url: 'https://flags.example.com',
    apiKey: 'sor_client_x',
    fetch: network.fetch,
    flushIntervalMs: 60_000,
    onEventsLost: (...loss) => lost.push(loss),
    ...options,
  });
  return provider;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
}

const unitsOf = (name: string): unknown =>
  network.events
    .map(({ tracked }) => tracked as { readonly name: string; readonly units: object } | undefined)
    .filter((tracked) => tracked?.name === name)
    .map((tracked) => tracked?.units);

describe('what is tracked before READY', () => {
  it('is recorded for all units that become known, at the time of the call', async () => {
    newProvider();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(1_000_000);
    const initialized = provider.initialize({ targetingKey: 'user-1', company: 'acme' });
    provider.track('landing', { targetingKey: 'user-1', company: 'acme' });
    clock.mockRestore();
    await initialized;
    await provider.onClose();

    expect(unitsOf('landing')).toEqual([{ targetingKey: 'user-1', company: 'acme' }]);
    expect(network.events[0]?.['time']).toBe(new Date(1_000_000).toISOString());
  });

  it('waits for a unit when its context has none, and is lost with a word when there never is one', async () => {
    newProvider();
    const initialized = provider.initialize({});
    provider.track('landing', {});
    await initialized;
    await provider.onContextChange({}, { targetingKey: 'user-1' });
    await provider.onClose();
    expect(unitsOf('landing')).toEqual([{ targetingKey: 'user-1' }]);

    const again = provider.initialize({});
    provider.track('never', {});
    await again;
    await provider.onClose();
    expect(unitsOf('never')).toEqual([]);
    expect(lost).toEqual([['no-unit', 1]]);
  });

  it('is told of when the provider is not initialized or closed', () => {
    newProvider();
    provider.track('early', { targetingKey: 'user-1' });

    expect(lost).toEqual([['unsent', 1]]);
  });
});

describe('what is tracked during a change of context', () => {
  it('belongs to the unit that was current when it was called', async () => {
    await OpenFeature.setContext({ targetingKey: 'user-1', company: 'acme' });
    await OpenFeature.setProviderAndWait(newProvider());
    const first = OpenFeature.setContext({ targetingKey: 'user-2', company: 'umbrella' });
    client.track('second');
    const second = OpenFeature.setContext({ targetingKey: 'user-3', company: 'stark' });
    client.track('third');
    await Promise.all([first, second]);
    await OpenFeature.close();

    expect(unitsOf('second')).toEqual([{ targetingKey: 'user-2', company: 'umbrella' }]);
    expect(unitsOf('third')).toEqual([{ targetingKey: 'user-3', company: 'stark' }]);
  });
});

describe('events that are lost', () => {
  it.each([
    ['the value NaN', 'e', { value: NaN }, 'track("e", NaN)'],
    ['the value Infinity', 'e', { value: Infinity }, 'track("e", Infinity)'],
    ['NaN in a list', 'e', { value: 1, list: [{ ratio: NaN }] }, 'track("e", 1)'],
    ['half a character in a property', 'e', { text: '\ud800' }, 'track("e", undefined)'],
    ['half a character in its name', 'e\ud800', {}, 'track("e\ud800", undefined)'],
  ])('are told of: %s', async (_case, name, details, message) => {
    await OpenFeature.setContext({ targetingKey: 'user-1' });
    await OpenFeature.setProviderAndWait(newProvider());
    client.track(name, details);

    expect(lost).toEqual([['invalid', 1, message]]);
  });

  it('are told of: an empty unit, half a character in a unit', async () => {
    await OpenFeature.setContext({ targetingKey: '' });
    await OpenFeature.setProviderAndWait(newProvider());
    client.track('none');
    await OpenFeature.setContext({ targetingKey: 'u\ud800' });
    client.track('half');

    expect(lost).toEqual([
      ['no-unit', 1, 'track("none")'],
      ['invalid', 1, 'track("half", undefined)'],
    ]);
  });

  it('are told of when the platform rejects, quarantines or refuses them', async () => {
    const results = [
      { status: 'EVENT_STATUS_ACCEPTED' },
      { status: 'EVENT_STATUS_REJECTED', message: 'no name' },
      { status: 'EVENT_STATUS_QUARANTINED', message: 'no plan' },
    ];
    network.script.set(EVENTS, [
      { status: 200, body: { results } },
      { status: 401, body: { error: { message: 'The API key is not known.' } } },
    ]);
    await OpenFeature.setContext({ targetingKey: 'user-1' });
    await OpenFeature.setProviderAndWait(newProvider({ flushIntervalMs: 1 }));
    client.track('a');
    await until(() => network.at(EVENTS).length === 1);
    client.track('b');
    await OpenFeature.close();

    expect(lost).toEqual([
      ['rejected', 1, 'no name'],
      ['quarantined', 1, 'no plan'],
      ['refused', 1, 'The API key is not known.'],
    ]);
  });

  it('are told of when the provider is closed before they are sent', async () => {
    network.script.set(
      EVENTS,
      Array.from({ length: 50 }, () => 'unreachable' as const),
    );
    await OpenFeature.setContext({ targetingKey: 'user-1' });
    await OpenFeature.setProviderAndWait(newProvider());
    client.track('a');
    await OpenFeature.close();

    expect(lost).toEqual([['unsent', 1]]);
  });
});

describe('with consent', () => {
  const context = { targetingKey: 'user-1' };

  it('holds events and stores nothing until it is given, then sends them with their times', async () => {
    const storage = new MemoryStorage();
    const consent = new Consent();
    await OpenFeature.setContext(context);
    const options = { consent, storage, cache: networkFirst, unsentEvents: keepUnsentEvents, flushIntervalMs: 1 };
    await OpenFeature.setProviderAndWait(newProvider(options));
    client.getStringValue('checkout', 'x');
    client.track('purchase');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(network.at(EVENTS)).toHaveLength(0);
    expect(storage.entries.size).toBe(0);
    consent.give();
    await OpenFeature.setContext({ ...context, plan: 'pro' });
    await OpenFeature.close();

    expect(network.events.map((event) => Object.keys(event)[2])).toEqual(['exposure', 'tracked']);
    expect(storage.entries.size).toBe(1);
  });

  it('forgets what it held and stored when it is withdrawn, and records nothing more', async () => {
    const storage = new MemoryStorage();
    const consent = new Consent('given');
    const anonymousId = new AnonymousId({ storage, consent });
    await OpenFeature.setContext(context);
    await OpenFeature.setProviderAndWait(newProvider({ consent, storage, cache: networkFirst, anonymousId }));
    client.track('purchase');
    await until(() => storage.entries.size === 2);
    consent.withdraw();
    client.track('later');
    client.getStringValue('checkout', 'x');
    await OpenFeature.close();

    expect(storage.entries.size).toBe(0);
    expect(network.at(EVENTS)).toHaveLength(0);
    expect(lost).toEqual([['forgotten', 2]]);
  });

  it('evaluates without it', async () => {
    await OpenFeature.setContext(context);
    await OpenFeature.setProviderAndWait(newProvider({ consent: new Consent('withdrawn') }));

    expect(client.getStringValue('checkout', 'x')).toBe('express');
  });
});

describe('with an anonymous id', () => {
  it('is stable over visits, and becomes the targeting key of those who have none', async () => {
    const storage = new MemoryStorage();
    const { id } = new AnonymousId({ storage });
    await OpenFeature.setProviderAndWait(newProvider({ anonymousId: new AnonymousId({ storage }) }));

    expect(network.at(BULK)[0]?.body).toEqual({ context: { targetingKey: id, anonymousId: id } });
  });

  it('is kept beside the known key at login, and one event names both', async () => {
    const storage = new MemoryStorage();
    const anonymousId = new AnonymousId({ storage });
    const { id } = anonymousId;
    await OpenFeature.setProviderAndWait(newProvider({ anonymousId }));
    client.track('landing');
    await OpenFeature.setContext({ targetingKey: 'user-1' });
    client.track('purchase');
    await OpenFeature.setContext({ targetingKey: 'user-1', plan: 'pro' });
    await OpenFeature.close();

    expect(unitsOf('landing')).toEqual([{ targetingKey: id, anonymousId: id }]);
    expect(unitsOf('purchase')).toEqual([{ targetingKey: 'user-1', anonymousId: id }]);
    expect(unitsOf('sortition.identified')).toEqual([{ targetingKey: 'user-1', anonymousId: id }]);
  });

  it('names both once when the page that follows the login starts with the known key', async () => {
    const storage = new MemoryStorage();
    for (let visit = 0; visit < 2; visit++) {
      await OpenFeature.setContext({ targetingKey: 'user-1' });
      await OpenFeature.setProviderAndWait(newProvider({ anonymousId: new AnonymousId({ storage }) }));
      await OpenFeature.close();
    }

    expect(unitsOf('sortition.identified')).toHaveLength(1);
  });

  it('starts anew at logout', () => {
    const anonymousId = new AnonymousId({ storage: new MemoryStorage() });
    const { id } = anonymousId;
    anonymousId.reset();

    expect(anonymousId.id).not.toBe(id);
  });

  it('lasts as long as the page without consent', () => {
    const storage = new MemoryStorage();
    const anonymousId = new AnonymousId({ storage, consent: new Consent() });

    expect(anonymousId.id).toBe(anonymousId.id);
    expect(storage.entries.size).toBe(0);
  });
});
