import { type Client as GrpcClient, status } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FlagdProvider } from '@openfeature/flagd-provider';
import { type Client, OpenFeature, ProviderEvents, ProviderStatus } from '@openfeature/server-sdk';
import { SERVICES } from '@sortition/contracts';
import { startTestPostgres, type TestPostgres } from '@sortition/testing';

import { call, type Outcome, runPlatform, type RunningPlatform } from './running-platform.js';

const { applyDeclaration } = SERVICES['sortition.admin.v1.DeclarationService'];
const { getFlagdTranslation } = SERVICES['sortition.assignment.v1.InteroperabilityService'];
const v1 = SERVICES['flagd.evaluation.v1.Service'];
const v2 = SERVICES['flagd.evaluation.v2.Service'];
const sync = SERVICES['flagd.sync.v1.FlagSyncService'];

const UNITS = Array.from({ length: 40 }, (_, index) => `user-${String(index)}`);

const shop = (banner: string): object => ({
  version: 1,
  segments: [{ key: 'swedes', condition: { attribute: 'country', in: ['SE'] } }],
  flags: [
    {
      key: 'banner',
      type: 'boolean',
      variants: { on: true, off: false },
      clientVisible: true,
      environments: { production: { enabled: true, defaultVariant: banner } },
    },
    {
      key: 'greeting',
      type: 'string',
      variants: { formal: 'Good day', casual: 'Hej' },
      environments: {
        production: {
          enabled: true,
          defaultVariant: 'formal',
          rules: [{ key: 'swedes', condition: { segment: 'swedes' }, variant: 'casual' }],
        },
      },
    },
    {
      key: 'limit',
      type: 'number',
      variants: { some: 2.5, many: 7 },
      environments: {
        production: {
          enabled: true,
          defaultVariant: 'some',
          rules: [{ key: 'paying', condition: { attribute: 'plan', equals: 'pro' }, variant: 'many' }],
        },
      },
    },
    {
      key: 'seats',
      type: 'number',
      variants: { all: 9_007_199_254_740_991 },
      environments: { production: { enabled: true, defaultVariant: 'all' } },
    },
    {
      key: 'theme',
      type: 'object',
      variants: { dark: { background: 'black' } },
      environments: { production: { enabled: true, defaultVariant: 'dark' } },
    },
    {
      key: 'split',
      type: 'string',
      variants: { a: 'A', b: 'B' },
      environments: {
        production: { enabled: true, rules: [{ key: 'half', split: { salt: 'halves', variants: { a: 50, b: 50 } } }] },
      },
    },
    {
      key: 'disabled',
      type: 'boolean',
      variants: { on: true },
      environments: { production: { enabled: false, defaultVariant: 'on' } },
    },
    {
      key: 'trial',
      type: 'string',
      variants: { short: 'week' },
      environments: {
        production: {
          enabled: true,
          defaultVariant: 'short',
          rules: [{ key: 'paying', condition: { attribute: 'plan', equals: 'pro' }, callerDefault: true }],
        },
      },
    },
    {
      key: 'pattern',
      type: 'boolean',
      variants: { on: true, off: false },
      environments: {
        production: {
          enabled: true,
          defaultVariant: 'off',
          rules: [{ key: 'staff', condition: { attribute: 'email', matches: '@acme\\.example$' }, variant: 'on' }],
        },
      },
    },
  ],
});

let postgres: TestPostgres;
let running: RunningPlatform;
let keys: { readonly admin: string; readonly server: string; readonly client: string };

beforeAll(async () => {
  postgres = await startTestPostgres();
  running = await runPlatform(await postgres.createDatabase());
  const { keys: starter } = running.platform.starter;
  if (!starter) throw new Error('The first start showed no keys.');
  keys = starter;
});

afterAll(async () => {
  await running.stop();
  await postgres.stop();
});

/** Publishes the shop and waits until its banner is what evaluators get. */
const publish = async (banner: 'on' | 'off'): Promise<void> => {
  const request = { parent: 'projects/shop', declaration: shop(banner), dryRun: false };
  const outcome = await call(running, applyDeclaration, request, keys.admin);
  if ('code' in outcome) throw new Error(outcome.message);
  for (;;) {
    const shown = await call(running, v2.resolveBoolean, { flagKey: 'banner', context: {} }, keys.server);
    if ('response' in shown && shown.response.variant === banner) return;
  }
};

const address = (): { host: string; port: number } => {
  const [host = '', port = ''] = running.platform.grpcAddress.split(':');
  return { host, port: Number(port) };
};

const providerWith = async (options: ConstructorParameters<typeof FlagdProvider>[0]): Promise<Client> => {
  await OpenFeature.setProviderAndWait(new FlagdProvider({ ...address(), tls: false, deadlineMs: 5_000, ...options }));
  return OpenFeature.getClient();
};

const resolve = (credential: string | undefined, flagKey: string, context: object = {}): Promise<Outcome<unknown>> =>
  call(running, v2.resolveBoolean, { flagKey, context: { ...context } }, credential);

describe.each([
  ['evaluates remotely', { resolverType: 'rpc' as const }],
  ['evaluates in its own process', { resolverType: 'in-process' as const }],
])('flagd’s provider for Node that %s', (_title, mode) => {
  let client: Client;

  beforeEach(async () => {
    await publish('on');
    client = await providerWith({ ...mode, defaultAuthority: keys.server });
  });

  afterEach(async () => {
    await OpenFeature.clearProviders();
  });

  it('gets values of every type with their variants and metadata', async () => {
    await expect(client.getBooleanDetails('banner', false)).resolves.toMatchObject({
      value: true,
      variant: 'on',
      reason: 'STATIC',
      flagMetadata: { flagSetId: 'shop/production' },
    });
    await expect(client.getStringDetails('greeting', '', { country: 'SE' })).resolves.toMatchObject({
      value: 'Hej',
      variant: 'casual',
      reason: 'TARGETING_MATCH',
    });
    await expect(client.getNumberValue('limit', 0)).resolves.toBe(2.5);
    await expect(client.getObjectValue('theme', {})).resolves.toEqual({ background: 'black' });
  });

  it('puts every unit where the platform puts it', async () => {
    const variants = await Promise.all(
      UNITS.map(async (targetingKey) => (await client.getStringDetails('split', '', { targetingKey })).variant),
    );
    const expected = await Promise.all(
      UNITS.map((targetingKey) =>
        call(running, v2.resolveString, { flagKey: 'split', context: { targetingKey } }, keys.server),
      ),
    );

    expect(variants).toEqual(expected.map((outcome) => ('response' in outcome ? outcome.response.variant : outcome)));
    expect(new Set(variants)).toEqual(new Set(['a', 'b']));
  });

  it('lets the application’s default apply for what has no value', async () => {
    await expect(client.getBooleanDetails('disabled', true)).resolves.toMatchObject({
      value: true,
      reason: 'DISABLED',
    });
    await expect(client.getStringDetails('trial', 'default', { plan: 'pro' })).resolves.toMatchObject({
      value: 'default',
    });
    await expect(client.getStringValue('trial', 'default', { plan: 'free' })).resolves.toBe('week');
    await expect(client.getBooleanDetails('missing', true)).resolves.toMatchObject({
      value: true,
      errorCode: 'FLAG_NOT_FOUND',
    });
    await expect(client.getStringDetails('banner', 'default')).resolves.toMatchObject({
      value: 'default',
      errorCode: 'TYPE_MISMATCH',
    });
    await expect(client.getStringDetails('split', 'default')).resolves.toMatchObject({
      value: 'default',
      reason: 'ERROR',
      errorCode: 'GENERAL',
    });
  });

  it('hears of a change, and only of what changed', async () => {
    const changed = new Promise<readonly string[] | undefined>((heard) => {
      client.addHandler(ProviderEvents.ConfigurationChanged, (event) => heard(event?.flagsChanged));
    });
    await expect(client.getBooleanValue('banner', false)).resolves.toBe(true);

    await publish('off');

    await expect(changed).resolves.toEqual(['banner']);
    await expect(client.getBooleanValue('banner', true)).resolves.toBe(false);
  });
});

describe('the environment and the credential of a flagd call', () => {
  beforeAll(() => publish('on'));
  afterEach(() => OpenFeature.clearProviders());

  it('may be the selector of an evaluator, which does not show it', async () => {
    const client = await providerWith({ resolverType: 'in-process', selector: keys.server });

    const details = await client.getBooleanDetails('banner', false);

    expect(details).toMatchObject({ value: true, flagMetadata: { scope: 'shop/production' } });
    expect(JSON.stringify(details)).not.toContain(keys.server);
  });

  it('refuses the selector of another flag set', async () => {
    const outcome = await call(
      running,
      sync.fetchAllFlags,
      { providerId: '', selector: 'flagSetId=shop/development' },
      keys.server,
    );

    expect(outcome).toMatchObject({ code: status.INVALID_ARGUMENT, fields: ['selector'] });
  });

  it('gives client keys the values of flags for clients, and no rules', async () => {
    const visible = await call(running, v2.resolveAll, { context: {} }, keys.client);

    expect(visible).toMatchObject({ response: { flags: { banner: { value: { $case: 'boolValue', value: true } } } } });
    expect('response' in visible && Object.keys(visible.response.flags)).toEqual(['banner']);
    await expect(resolve(keys.client, 'limit')).resolves.toMatchObject({ code: status.NOT_FOUND });
    for (const method of [sync.syncFlags, sync.fetchAllFlags]) {
      const refused = call(running, method as typeof sync.fetchAllFlags, { providerId: '', selector: '' }, keys.client);
      await expect(refused).resolves.toMatchObject({ code: status.PERMISSION_DENIED });
    }
  });

  it('ends the provider’s start for good when the key is wrong', async () => {
    const defaultAuthority = `${keys.server.slice(0, -1)}_`;
    const fatalStatusCodes = ['UNAUTHENTICATED'];

    const starting = providerWith({ resolverType: 'in-process', defaultAuthority, fatalStatusCodes });

    await expect(starting).rejects.toThrow(/API key/);
    expect(OpenFeature.getClient().providerStatus).toBe(ProviderStatus.FATAL);
  });
});

describe('flagd’s evaluation protocol', () => {
  beforeAll(() => publish('on'));

  it('answers integers, and a flag of doubles to nobody as an integer', async () => {
    const integer = await call(running, v1.resolveInt, { flagKey: 'seats', context: {} }, keys.server);
    const whole = await call(running, v1.resolveInt, { flagKey: 'limit', context: { plan: 'pro' } }, keys.server);
    const broken = await call(running, v1.resolveInt, { flagKey: 'limit', context: {} }, keys.server);

    expect(integer).toMatchObject({ response: { value: 9_007_199_254_740_991, variant: 'all' } });
    for (const refused of [whole, broken]) {
      expect(refused).toMatchObject({ code: status.INVALID_ARGUMENT, reason: 'TYPE_MISMATCH' });
    }
  });

  it('knows no flag without a value in version 1, so that the application’s default applies', async () => {
    const disabled = await call(running, v1.resolveBoolean, { flagKey: 'disabled', context: {} }, keys.server);
    const request = { flagKey: 'trial', context: { plan: 'pro' } };
    const trial = await call(running, v1.resolveString, request, keys.server);

    expect([disabled, trial]).toMatchObject([
      { code: status.NOT_FOUND, reason: 'FLAG_NOT_FOUND' },
      { code: status.NOT_FOUND, reason: 'FLAG_NOT_FOUND' },
    ]);
  });

  it('leaves flags without a value out of all flags in version 1', async () => {
    const outcome = await call(running, v1.resolveAll, { context: { plan: 'pro' } }, keys.server);

    expect('response' in outcome && Object.keys(outcome.response.flags).sort()).toEqual([
      'banner',
      'greeting',
      'limit',
      'pattern',
      'seats',
      'theme',
    ]);
  });

  it('answers without a value in version 2 where the application’s default applies', async () => {
    const request = { flagKey: 'trial', context: { plan: 'pro' } };

    const outcome = await call(running, v2.resolveString, request, keys.server);

    expect(outcome).toMatchObject({ response: { reason: 'DEFAULT' } });
    expect('response' in outcome && outcome.response.value).toBeUndefined();
  });

  it.each([
    ['deep nesting', { flagKey: 'greeting', context: { country: nested(50_000) } }],
    ['a huge context', { flagKey: 'greeting', context: { country: 'x'.repeat(5 * 1024 * 1024) } }],
  ])('refuses %s with a status of its own and goes on', async (_title, request) => {
    const outcome = await raw(running.client, v2.resolveString.path, encodeRequest(request));

    expect(outcome).toMatchObject({ code: status.INVALID_ARGUMENT });
    await expect(resolve(keys.server, 'banner')).resolves.toMatchObject({ response: { value: true } });
  });

  it('knows no flag whose key is no UTF-8', async () => {
    const outcome = await raw(running.client, v2.resolveBoolean.path, Buffer.from([0x0a, 0x03, 0xff, 0xfe, 0xfd]));

    expect(outcome).toMatchObject({ code: status.NOT_FOUND });
  });

  it('refuses a missing unit with a status that clients do not try again', async () => {
    const outcome = await call(running, v2.resolveString, { flagKey: 'split', context: {} }, keys.server);

    expect(outcome).toMatchObject({ code: status.FAILED_PRECONDITION, reason: 'TARGETING_KEY_MISSING' });
  });
});

describe('what flagd cannot express', () => {
  beforeAll(() => publish('on'));

  it('is left out of what evaluators receive and listed for people', async () => {
    const received = await call(running, sync.fetchAllFlags, { providerId: '', selector: '' }, keys.server);
    const listed = await call(
      running,
      getFlagdTranslation,
      { environment: 'projects/shop/environments/production' },
      keys.admin,
    );

    expect('response' in received && Object.keys(flagsOf(received.response.flagConfiguration))).not.toContain(
      'pattern',
    );
    expect(listed).toMatchObject({
      response: {
        translatedCount: 8,
        leftOut: [{ flag: 'pattern', reasons: [{ path: 'rules.staff', code: 'REGULAR_EXPRESSION' }] }],
      },
    });
  });
});

function flagsOf(json: string): object {
  return (JSON.parse(json) as { readonly flags: object }).flags;
}

/** A struct within a struct, so many times. */
function nested(depth: number): unknown {
  return { $depth: depth };
}

/** A request in protobuf; a `$depth` becomes as many structs, one in the other, without a recursion of its own. */
function encodeRequest({ flagKey, context }: { readonly flagKey: string; readonly context: object }): Buffer {
  const [name, value] = Object.entries(context)[0] as [string, unknown];
  const key = field(1, Buffer.from(name));
  let inner = typeof value === 'string' ? field(3, Buffer.from(value)) : Buffer.from([0x20, 0x01]);
  const depth = typeof value === 'string' ? 0 : (value as { readonly $depth: number }).$depth;
  const layers: Buffer[] = [];
  for (let level = 0; level < depth; level += 1) {
    const entry = Buffer.concat([Buffer.from([0x0a, 0x01, 0x61]), header(2, inner.length)]);
    const struct = Buffer.concat([header(1, entry.length + inner.length), entry]);
    const head = Buffer.concat([header(5, struct.length + inner.length), struct]);
    layers.push(head);
    inner = { length: inner.length + head.length } as Buffer;
    if (level === depth - 1) inner = Buffer.concat([...layers.reverse(), Buffer.from([0x20, 0x01])]);
  }
  const entry = Buffer.concat([key, field(2, inner)]);
  return Buffer.concat([field(1, Buffer.from(flagKey)), field(2, field(1, entry))]);
}

function header(number: number, length: number): Buffer {
  const bytes = [(number << 3) | 2];
  let rest = length;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([header(number, content.length), content]);
}

async function raw(client: GrpcClient, path: string, bytes: Buffer): Promise<Outcome<unknown>> {
  const method = {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: (request: Buffer) => request,
    requestDeserialize: (request: Buffer) => request,
    responseSerialize: (response: Buffer) => response,
    responseDeserialize: (response: Buffer) => response,
  } as const;
  return call({ ...running, client }, method, bytes, keys.server);
}
