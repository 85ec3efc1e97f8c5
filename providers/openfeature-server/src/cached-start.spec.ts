import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ErrorCode, OpenFeature, ProviderEvents, ProviderStatus } from '@openfeature/server-sdk';

import { SortitionProvider } from './sortition-provider.js';
import { nextEvent, recordedEvents } from './testing/next-event.js';
import { ScriptedPlatform } from './testing/scripted-platform.js';
import { flagOf, shopFlags, shopSnapshot } from './testing/shop-flags.js';

const API_KEY = 'sor_server_secret';

let directory: string;
let platform: ScriptedPlatform;
const client = OpenFeature.getClient();

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sortition-cache-'));
  platform = await ScriptedPlatform.start(shopSnapshot());
});

afterEach(async () => {
  await OpenFeature.close();
  OpenFeature.clearHandlers();
  await platform.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Starts a provider as a new process would. */
async function start(options: { readonly apiKey?: string; readonly initTimeoutMs?: number } = {}): Promise<void> {
  const given = { address: platform.address, apiKey: API_KEY, cacheDirectory: directory, maxReconnectDelayMs: 200 };
  await OpenFeature.setProviderAndWait(new SortitionProvider({ ...given, ...options }));
}

/** Starts once with the platform, so that the state is kept, and ends. */
async function runBefore(): Promise<void> {
  await start();
  await OpenFeature.close();
}

async function onlyFile(): Promise<string> {
  const [name = '', ...others] = await readdir(directory);
  expect(others).toEqual([]);
  return join(directory, name);
}

describe('a start with the platform away', () => {
  it('answers from the last known good state: READY, then STALE, values CACHED', async () => {
    await runBefore();
    await platform.stop();
    const names = recordedEvents(ProviderEvents.Ready, ProviderEvents.Stale, ProviderEvents.Error);
    const stale = nextEvent(ProviderEvents.Stale);

    await start();
    await stale;

    expect(names).toEqual([ProviderEvents.Ready, ProviderEvents.Stale]);
    expect(client.providerStatus).toBe(ProviderStatus.STALE);
    await expect(client.getBooleanDetails('boolean', false)).resolves.toMatchObject({
      value: true,
      variant: 'one',
      reason: 'CACHED',
      flagMetadata: { flagSetId: 'shop/production', version: '7' },
    });
    await expect(client.getBooleanDetails('disabled', false)).resolves.toMatchObject({ reason: 'DISABLED' });
    await expect(client.getBooleanDetails('none', false)).resolves.toMatchObject({ errorCode: 'FLAG_NOT_FOUND' });
  });

  it('goes on with the platform when it comes, and tells what changed meanwhile', async () => {
    await runBefore();
    await platform.stop();
    const stale = nextEvent(ProviderEvents.Stale);
    await start();
    await stale;
    platform.publishFlags([flagOf('boolean', 'boolean', false), ...shopFlags.slice(1)]);
    const changed = nextEvent(ProviderEvents.ConfigurationChanged);
    await platform.restart();

    await expect(changed).resolves.toMatchObject({ flagsChanged: ['boolean'] });

    expect(client.providerStatus).toBe(ProviderStatus.READY);
    await expect(client.getBooleanDetails('boolean', true)).resolves.toMatchObject({ value: false, reason: 'STATIC' });
  });

  it('fails without a state that was kept', async () => {
    await platform.stop();

    await expect(start({ initTimeoutMs: 50 })).rejects.toMatchObject({ code: ErrorCode.GENERAL });
  });

  it('finds nothing under another credential', async () => {
    await runBefore();
    await platform.stop();

    await expect(start({ initTimeoutMs: 50, apiKey: 'sor_server_other' })).rejects.toMatchObject({
      code: ErrorCode.GENERAL,
    });
  });
});

describe('a start with the platform there', () => {
  it('resumes from the state that was kept, which is then current', async () => {
    await runBefore();

    await start();

    expect(platform.watches.map(({ fromRevision }) => fromRevision)).toEqual([0, 7]);
    await expect(client.getBooleanDetails('boolean', false)).resolves.toMatchObject({ reason: 'STATIC' });
    expect(client.providerStatus).toBe(ProviderStatus.READY);
  });

  it('is fatal with a refused key, whatever was kept', async () => {
    await runBefore();
    platform.refusal = { code: status.UNAUTHENTICATED, details: 'The API key was revoked.' };

    await expect(start()).rejects.toMatchObject({ code: ErrorCode.PROVIDER_FATAL });
  });
});

describe('the file of the last known good state', () => {
  it('holds changes as well', async () => {
    await start();
    const changed = nextEvent(ProviderEvents.ConfigurationChanged);
    platform.publishFlags([flagOf('boolean', 'boolean', false), flagOf('added', 'string', 'new')]);
    await changed;
    await OpenFeature.close();
    await platform.stop();

    await start();

    await expect(client.getBooleanDetails('boolean', true)).resolves.toMatchObject({
      value: false,
      flagMetadata: { version: '8' },
    });
    await expect(client.getStringValue('added', 'none')).resolves.toBe('new');
    await expect(client.getStringDetails('string', 'none')).resolves.toMatchObject({ errorCode: 'FLAG_NOT_FOUND' });
  });

  it('is for its owner alone and does not hold the key', async () => {
    await runBefore();

    const file = await onlyFile();
    const { mode } = await stat(file);
    const text = await readFile(file, 'utf8');

    expect(mode & 0o777).toBe(0o600);
    expect(text).toContain('"checkout"');
    expect(text).not.toContain(API_KEY);
    expect(file).not.toContain(API_KEY);
  });

  it('is written anew when it was damaged', async () => {
    await runBefore();
    await writeFile(await onlyFile(), 'damaged');
    await runBefore();
    await platform.stop();

    await start();

    await expect(client.getBooleanValue('boolean', false)).resolves.toBe(true);
  });

  it('leaves room for some other credentials, and no more', async () => {
    for (let key = 0; key < 20; key++) {
      await start({ apiKey: `sor_server_${String(key)}` });
      await OpenFeature.close();
    }

    await expect(readdir(directory)).resolves.toHaveLength(16);
  });
});
