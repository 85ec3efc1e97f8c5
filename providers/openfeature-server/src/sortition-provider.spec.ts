import { status } from '@grpc/grpc-js';
import { assignment } from '@sortition/contracts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  ErrorCode,
  OpenFeature,
  ProviderEvents,
  ProviderStatus,
  type Client,
  type EventDetails,
} from '@openfeature/server-sdk';
import type { Flag, Rule, Snapshot } from '@sortition/evaluation';

import type { SortitionProviderOptions } from './provider-options.js';
import { SortitionProvider } from './sortition-provider.js';
import { ScriptedPlatform } from './testing/scripted-platform.js';

const flag = (key: string, type: Flag['type'], value: unknown, more: Partial<Flag> = {}): Flag => ({
  key,
  type,
  variants: [{ key: 'one', value: value as never }],
  enabled: true,
  defaultVariant: 'one',
  rules: [],
  ...more,
});

const experiment: Flag = {
  ...flag('checkout', 'string', 'express'),
  rules: [
    {
      key: 'experiment',
      serve: {
        kind: 'experiment',
        experiment: 'checkout-test',
        phase: 2,
        unit: 'company',
        split: { salt: 's', allocations: [{ variant: 'one', weight: 1_000_000 }] },
      },
    },
  ],
};

const sticky: Flag = {
  ...experiment,
  key: 'sticky',
  rules: experiment.rules.map((rule) => ({
    ...rule,
    serve: { ...rule.serve, sticky: { materialization: 'checkout-test' } } as Rule['serve'],
  })),
};

const flags: readonly Flag[] = [
  flag('boolean', 'boolean', false, { metadata: { owner: 'web' } }),
  flag('string', 'string', ''),
  flag('number', 'number', 0),
  flag('object', 'object', {}),
  flag('disabled', 'boolean', true, { enabled: false }),
  flag('callerDefault', 'boolean', true, { rules: [{ key: 'r', serve: { kind: 'callerDefault' } }] }),
  experiment,
  sticky,
];

const snapshot: Snapshot = {
  format: 1,
  organization: 'acme',
  project: 'shop',
  environment: 'production',
  revision: 7,
  flags,
  segments: [],
  lists: [],
  layers: [],
  holdouts: [],
};

let platform: ScriptedPlatform;
let client: Client;

beforeEach(async () => {
  platform = await ScriptedPlatform.start(snapshot);
  client = OpenFeature.getClient();
});

afterEach(async () => {
  await OpenFeature.close();
  OpenFeature.clearHandlers();
  await platform.stop();
});

function providerWith(options: Partial<SortitionProviderOptions> = {}): SortitionProvider {
  return new SortitionProvider({
    address: platform.address,
    apiKey: 'sor_server_x',
    maxReconnectDelayMs: 200,
    flushIntervalMs: 5,
    ...options,
  });
}

async function ready(options: Partial<SortitionProviderOptions> = {}): Promise<SortitionProvider> {
  const provider = providerWith(options);
  await OpenFeature.setProviderAndWait(provider);
  return provider;
}

/** Resolves with the next event of a kind. Waits for what happens, not for time. */
function next(event: ProviderEvents): Promise<EventDetails | undefined> {
  return new Promise((resolve) => {
    const handler = (details?: EventDetails): void => {
      OpenFeature.removeHandler(event, handler);
      resolve(details);
    };
    OpenFeature.addHandler(event, handler);
  });
}

/** Every event from here on, in order. */
function recorded(): string[] {
  const names: string[] = [];
  for (const event of [
    ProviderEvents.Ready,
    ProviderEvents.Error,
    ProviderEvents.Stale,
    ProviderEvents.ConfigurationChanged,
  ]) {
    OpenFeature.addHandler(event, () => {
      names.push(event);
    });
  }
  return names;
}

describe('SortitionProvider, evaluation in process', () => {
  beforeEach(() => ready());

  it('serves falsy values of every type as values', async () => {
    await expect(client.getBooleanDetails('boolean', true)).resolves.toMatchObject({
      value: false,
      variant: 'one',
      reason: 'STATIC',
    });
    await expect(client.getStringDetails('string', 'x')).resolves.toMatchObject({ value: '', variant: 'one' });
    await expect(client.getNumberDetails('number', 9)).resolves.toMatchObject({ value: 0, variant: 'one' });
    await expect(client.getObjectDetails('object', { a: 1 })).resolves.toMatchObject({ value: {}, variant: 'one' });
  });

  it('answers TYPE_MISMATCH with the default when another type is asked for', async () => {
    const mismatch = { reason: 'ERROR', errorCode: ErrorCode.TYPE_MISMATCH };

    await expect(client.getBooleanDetails('string', true)).resolves.toMatchObject({ value: true, ...mismatch });
    await expect(client.getStringDetails('number', 'x')).resolves.toMatchObject({ value: 'x', ...mismatch });
    await expect(client.getNumberDetails('object', 9)).resolves.toMatchObject({ value: 9, ...mismatch });
    await expect(client.getObjectDetails('boolean', { a: 1 })).resolves.toMatchObject({ value: { a: 1 }, ...mismatch });
  });

  it('answers FLAG_NOT_FOUND with the default and the metadata of the flag set', async () => {
    await expect(client.getBooleanDetails('none', true)).resolves.toMatchObject({
      value: true,
      errorCode: ErrorCode.FLAG_NOT_FOUND,
      flagMetadata: { flagSetId: 'shop/production', version: '7' },
    });
  });

  it('leaves the default in place without an error when a flag serves none', async () => {
    const disabled = await client.getBooleanDetails('disabled', false);
    const callerDefault = await client.getBooleanDetails('callerDefault', false);

    expect(disabled).toMatchObject({ value: false, reason: 'DISABLED' });
    expect(disabled).not.toHaveProperty('variant');
    expect(disabled.errorCode).toBeUndefined();
    expect(callerDefault).toMatchObject({ value: false });
    expect(callerDefault.errorCode).toBeUndefined();
  });

  it('returns the flag’s metadata with set, version and context', async () => {
    const details = await client.getBooleanDetails('boolean', true, { targetingKey: 'user-1' });

    expect(details.flagMetadata).toEqual({
      owner: 'web',
      flagSetId: 'shop/production',
      version: '7',
      contextId: 'user-1',
    });
  });
});

describe('SortitionProvider, sticky experiments in process', () => {
  beforeEach(() => ready());

  const context = { targetingKey: 'ann', company: 'acme' };

  it('asks the platform for their flags alone, and says so', async () => {
    const given = { experiment: 'checkout-test', phase: 2, unitAttribute: 'company', unit: 'acme' };
    platform.decisions.set('sticky', { variant: 'kept', value: 'stored', assignment: given });

    const remote = await client.getStringDetails('sticky', 'none', context);
    const local = await client.getStringDetails('checkout', 'none', context);
    await platform.until(() => platform.events.length === 2);

    expect(remote).toMatchObject({
      value: 'stored',
      variant: 'kept',
      flagMetadata: { flagSetId: 'shop/production', version: '7', evaluatedBy: 'remote' },
    });
    expect(local).toMatchObject({ value: 'express', reason: 'SPLIT' });
    expect(local.flagMetadata).not.toHaveProperty('evaluatedBy');
    expect(platform.resolved).toEqual([{ flag: 'sticky', context }]);
  });

  it('answers the default with GENERAL when the platform’s store is away', async () => {
    platform.decisions.set('sticky', {
      reason: assignment.Reason.ERROR,
      errorCode: 'GENERAL',
      errorMessage: 'The store of sticky assignments does not answer.',
    });

    await expect(client.getStringDetails('sticky', 'none', context)).resolves.toMatchObject({
      value: 'none',
      errorCode: ErrorCode.GENERAL,
      errorMessage: 'The store of sticky assignments does not answer.',
    });
  });
});

describe('SortitionProvider, connection', () => {
  it('emits READY once at its start', async () => {
    const names = recorded();
    // Handlers are told at once that the SDK's own default provider is ready.
    names.length = 0;

    await ready();

    expect(names).toEqual([ProviderEvents.Ready]);
  });

  it('is fatal when the key is refused', async () => {
    platform.refusal = { code: status.UNAUTHENTICATED, details: 'The API key is not known.' };

    await expect(ready()).rejects.toMatchObject({ code: ErrorCode.PROVIDER_FATAL });
    expect(client.providerStatus).toBe(ProviderStatus.FATAL);
    await expect(client.getBooleanDetails('boolean', true)).resolves.toMatchObject({ errorCode: 'PROVIDER_FATAL' });
  });

  it('gives up waiting for the first state, and becomes ready when it comes', async () => {
    await platform.stop();
    await expect(ready({ initTimeoutMs: 50 })).rejects.toMatchObject({ code: ErrorCode.GENERAL });
    const recovered = next(ProviderEvents.Ready);

    await platform.restart();
    await recovered;

    await expect(client.getBooleanDetails('boolean', true)).resolves.toMatchObject({ value: false });
  });

  it('goes stale with the stream, evaluates on, and resumes from its revision', async () => {
    await ready();
    const stale = next(ProviderEvents.Stale);
    platform.endStreams();
    await stale;
    await expect(client.getStringDetails('string', 'x')).resolves.toMatchObject({ value: '', reason: 'STATIC' });

    await next(ProviderEvents.Ready);

    expect(platform.watches.map(({ fromRevision }) => fromRevision)).toEqual([0, 7]);
    expect(client.providerStatus).toBe(ProviderStatus.READY);
  });

  it('survives a restart of the platform with one stream', async () => {
    await ready();
    const stale = next(ProviderEvents.Stale);
    await platform.stop();
    await stale;

    const recovered = next(ProviderEvents.Ready);
    await platform.restart();
    await recovered;

    expect(platform.openStreams).toBe(1);
  });

  it('tells which flags changed and evaluates them anew', async () => {
    await ready();
    const changed = next(ProviderEvents.ConfigurationChanged);

    platform.publishFlags([...flags.slice(1), flag('boolean', 'boolean', true)]);

    await expect(changed).resolves.toMatchObject({ flagsChanged: ['boolean'] });
    await expect(client.getBooleanDetails('boolean', false)).resolves.toMatchObject({
      value: true,
      flagMetadata: { version: '8' },
    });
  });

  it('keeps its state when a message is damaged, and asks again', async () => {
    await ready();
    const stale = next(ProviderEvents.Stale);

    platform.sendDamaged();
    await stale;
    await next(ProviderEvents.Ready);

    await expect(client.getStringDetails('string', 'x')).resolves.toMatchObject({ value: '' });
  });

  it('gives a silent stream up', async () => {
    platform.isSilent = true;
    const initialized = ready({ streamIdleTimeoutMs: 50 });
    await platform.until(() => platform.watches.length > 0);
    platform.isSilent = false;

    await initialized;

    // The next attempt opened another stream, or read the state by a plain call.
    expect(platform.watches.length + platform.polls).toBeGreaterThan(1);
  });

  it('reads the state by plain calls while no stream can be held', async () => {
    platform.streamRefusal = { code: status.UNIMPLEMENTED, details: 'no streams here' };

    await ready();

    expect(platform.polls).toBeGreaterThan(0);
    await expect(client.getNumberDetails('number', 9)).resolves.toMatchObject({ value: 0 });
  });

  it('closes while its start is under way', async () => {
    platform.isSilent = true;
    const provider = providerWith();
    const outcome = provider.initialize().then(
      () => 'ready',
      () => 'rejected',
    );
    await platform.until(() => platform.openStreams === 1);

    await provider.onClose();

    await expect(outcome).resolves.toBe('rejected');
    await platform.until(() => platform.openStreams === 0);
  });

  it('closes twice and starts again', async () => {
    const provider = providerWith();
    await provider.initialize();
    await Promise.all([provider.onClose(), provider.onClose()]);
    await provider.onClose();
    const closed = await provider.resolveBooleanEvaluation('boolean', true, {});

    await provider.initialize();
    const open = await provider.resolveBooleanEvaluation('boolean', true, {});
    await provider.onClose();

    expect(closed).toMatchObject({ value: true, errorCode: 'PROVIDER_NOT_READY' });
    expect(open).toMatchObject({ value: false });
  });

  it('closes within its bound although the platform does not answer', async () => {
    await ready({ closeTimeoutMs: 30 });
    platform.publishScript.push('hang');
    await client.getStringValue('checkout', 'x', { company: 'acme' });

    await expect(OpenFeature.close()).resolves.toBeUndefined();
  });
});

describe('SortitionProvider, exposures and tracked events', () => {
  it('records an exposure once, when an experiment’s value is read', async () => {
    await ready();
    for (let read = 0; read < 3; read++) await client.getStringValue('checkout', 'x', { company: 'acme' });
    await client.getBooleanValue('boolean', true, { targetingKey: 'user-1' });
    await client.getNumberValue('checkout', 1, { company: 'globex' });
    await OpenFeature.close();

    expect(platform.events.map(({ payload }) => payload)).toEqual([
      {
        $case: 'exposure',
        value: {
          flag: 'checkout',
          variant: 'one',
          rule: 'experiment',
          experiment: 'checkout-test',
          phase: 2,
          unitAttribute: 'company',
          unit: 'acme',
        },
      },
    ]);
  });

  it('tracks with the units of experiments, value and properties', async () => {
    await ready();
    const at = new Date('2026-01-01T00:00:00Z');
    client.track('purchase', { targetingKey: 'user-1', company: 'acme', secret: 'x' }, { value: 9.5, at, plan: 'pro' });
    client.track('ignored', { secret: 'x' });
    await OpenFeature.close();

    expect(platform.events.map(({ payload }) => payload)).toEqual([
      {
        $case: 'tracked',
        value: {
          name: 'purchase',
          units: { targetingKey: 'user-1', company: 'acme' },
          value: 9.5,
          properties: { at: '2026-01-01T00:00:00.000Z', plan: 'pro' },
        },
      },
    ]);
  });

  it('sends a batch that failed again with the same ids', async () => {
    await ready();
    platform.publishScript.push(status.UNAVAILABLE, status.RESOURCE_EXHAUSTED);
    client.track('purchase', { targetingKey: 'user-1' });

    await platform.until(() => platform.batches.length === 3);

    const ids = platform.batches.map((batch) => batch.map(({ id }) => id));
    expect(ids[1]).toEqual(ids[0]);
    expect(ids[2]).toEqual(ids[0]);
  });

  it('does not send again what the platform refuses for good', async () => {
    await ready();
    platform.publishScript.push(status.INVALID_ARGUMENT);
    client.track('refused', { targetingKey: 'user-1' });
    await platform.until(() => platform.batches.length === 1);
    client.track('fine', { targetingKey: 'user-1' });
    await OpenFeature.close();

    const names = platform.batches.map((batch) =>
      batch.map(({ payload }) => (payload?.$case === 'tracked' ? payload.value.name : '')),
    );
    expect(names).toEqual([['refused'], ['fine']]);
  });

  it('sends what is waiting when it is closed', async () => {
    await ready({ flushIntervalMs: 60_000 });
    client.track('purchase', { targetingKey: 'user-1' });

    await OpenFeature.close();

    expect(platform.events).toHaveLength(1);
  });
});

describe('SortitionProvider, options', () => {
  it.each([
    [{ address: 'nowhere' }, /address is "nowhere"/],
    [{ apiKey: '' }, /apiKey is missing/],
    [{ mode: 'both' as never }, /mode is "both"/],
    [{ initTimeoutMs: 0 }, /initTimeoutMs is 0/],
    [{ eventCapacity: 0.5 }, /eventCapacity is 0.5/],
  ])('refuses %j', (options, message) => {
    expect(() => providerWith(options)).toThrow(message);
  });
});
