import { Metadata, status } from '@grpc/grpc-js';
import { events, rpcErrorDetails, rpcStatus } from '@sortition/contracts';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { OpenFeature } from '@openfeature/server-sdk';

import type { SortitionProviderOptions } from './provider-options.js';
import { SortitionProvider } from './sortition-provider.js';
import { ScriptedPlatform } from './testing/scripted-platform.js';
import { shopSnapshot } from './testing/shop-flags.js';

const client = OpenFeature.getClient();
const ann = { targetingKey: 'ann' };

let platform: ScriptedPlatform;
let lost: unknown[];

beforeEach(async () => {
  platform = await ScriptedPlatform.start(shopSnapshot());
  lost = [];
});

afterEach(async () => {
  jest.restoreAllMocks();
  await OpenFeature.close();
  await platform.stop();
});

async function start(options: Partial<SortitionProviderOptions> = {}): Promise<void> {
  const given = { address: platform.address, apiKey: 'sor_server_x', flushIntervalMs: 5 };
  const onEventsLost: SortitionProviderOptions['onEventsLost'] = (...loss) => void lost.push(loss);
  await OpenFeature.setProviderAndWait(new SortitionProvider({ ...given, onEventsLost, ...options }));
}

/** The texts of process warnings from here on. */
function warnings(): readonly string[] {
  const texts: string[] = [];
  jest.spyOn(process, 'emitWarning').mockImplementation((text) => void texts.push(String(text)));
  return texts;
}

describe('lost events', () => {
  it('are those that the platform rejects or quarantines', async () => {
    await start();
    platform.eventStatuses.set('bad', events.EventStatus.REJECTED).set('odd', events.EventStatus.QUARANTINED);
    for (const name of ['bad', 'fine', 'odd', 'bad']) client.track(name, ann);
    await OpenFeature.close();

    expect(lost).toEqual([
      ['rejected', 2, 'SCRIPTED: As told.'],
      ['quarantined', 1, 'SCRIPTED: As told.'],
    ]);
  });

  it('are those of a call that the platform refuses for good', async () => {
    await start();
    platform.publishScript.push(status.PERMISSION_DENIED);
    client.track('one', ann);
    client.track('two', ann);
    await OpenFeature.close();

    expect(lost).toEqual([['refused', 2, 'scripted']]);
  });

  it('are those that find no room, and those that are not sent when it closes', async () => {
    await start({ eventCapacity: 1, closeTimeoutMs: 20, flushIntervalMs: 60_000 });
    platform.publishScript.push('hang');
    client.track('one', ann);
    client.track('two', ann);
    await OpenFeature.close();

    expect(lost).toEqual([
      ['full', 1, undefined],
      ['unsent', 1],
    ]);
  });

  it('are those that cannot be recorded as they were passed', async () => {
    await start();
    client.track('nobody', { country: 'SE' });
    client.track('no number', ann, { value: NaN });
    client.track('half', { targetingKey: '\ud83d' });
    client.track('fine', ann, { value: 1 });
    await OpenFeature.close();

    expect(lost).toEqual([
      ['no-unit', 1, 'track("nobody")'],
      ['invalid', 1, 'value NaN in track("no number")'],
      ['invalid', 1, 'half a surrogate pair in track("half")'],
    ]);
    expect(platform.events).toHaveLength(1);
  });

  it('are those that come when the provider is closed', async () => {
    const onEventsLost: SortitionProviderOptions['onEventsLost'] = (...loss) => void lost.push(loss);
    const provider = new SortitionProvider({ address: platform.address, apiKey: 'sor_server_x', onEventsLost });
    provider.track('early', ann, {});

    expect(lost).toEqual([['unsent', 1, 'the provider is not open for track("early")']]);
  });

  it('are one process warning for each reason unless somebody listens', async () => {
    const { address } = platform;
    const provider = new SortitionProvider({ address, apiKey: 'sor_server_x', eventCapacity: 1 });
    await OpenFeature.setProviderAndWait(provider);
    platform.eventStatuses.set('bad', events.EventStatus.REJECTED);
    const warned = warnings();
    for (const name of ['bad', 'no room', 'no room either']) client.track(name, ann);
    await OpenFeature.close();

    expect(warned).toEqual([
      expect.stringMatching(/^Lost 1 events \(full\)/),
      expect.stringMatching(/^Lost 1 events \(rejected: SCRIPTED: As told\.\)/),
    ]);
  });

  it('disturb nothing although the listener throws', async () => {
    await start({
      eventCapacity: 1,
      flushIntervalMs: 60_000,
      onEventsLost: () => {
        throw new Error('no listener');
      },
    });
    const warned = warnings();
    client.track('one', ann);
    client.track('two', ann);
    await OpenFeature.close();

    expect(warned).toEqual([expect.stringMatching(/threw: Error: no listener/)]);
    expect(platform.events).toHaveLength(1);
  });
});

describe('a batch', () => {
  it('that is too large for a message is sent in parts', async () => {
    await start({ flushIntervalMs: 60_000 });
    const text = 'x'.repeat(60 * 1024);
    for (let index = 0; index < 100; index++) client.track(`large-${String(index)}`, ann, { text });
    await OpenFeature.close();

    expect(platform.batches.map(({ length }) => length)).toEqual([50, 50]);
    expect(lost).toEqual([]);
  });

  it('that the platform calls too large is sent in parts, and an event that it calls so is lost', async () => {
    await start({ flushIntervalMs: 60_000 });
    platform.publishScript.push(refusal('MESSAGE_TOO_LARGE'), refusal('MESSAGE_TOO_LARGE'));
    client.track('large', ann);
    client.track('fine', ann);
    await OpenFeature.close();

    expect(platform.batches.map(({ length }) => length)).toEqual([2, 1, 1]);
    expect(lost).toEqual([['too-large', 1]]);
  });

  it('is sent again no sooner than the platform wants it back', async () => {
    await start();
    platform.publishScript.push(refusal('QUOTA_EXCEEDED', 300_000_000));
    const sentMs = performance.now();
    client.track('purchase', ann);
    await platform.until(() => platform.batches.length === 2);

    expect(performance.now() - sentMs).toBeGreaterThanOrEqual(300);
  });
});

function refusal(reason: string, nanos?: number): ScriptedPlatform['publishScript'][number] {
  const { ErrorInfo, RetryInfo } = rpcErrorDetails;
  const code = nanos === undefined ? status.INVALID_ARGUMENT : status.RESOURCE_EXHAUSTED;
  const parts = [any('ErrorInfo', ErrorInfo.encode({ reason, domain: 'sortition', metadata: {} }).finish())];
  if (nanos !== undefined) {
    parts.push(any('RetryInfo', RetryInfo.encode({ retryDelay: { seconds: 0, nanos } }).finish()));
  }
  const metadata = new Metadata();
  const encoded = rpcStatus.Status.encode({ code, message: 'scripted', details: parts }).finish();
  metadata.set('grpc-status-details-bin', Buffer.from(encoded));
  return { code, details: 'scripted', metadata };
}

function any(name: string, value: Uint8Array): rpcStatus.Status['details'][number] {
  return { typeUrl: `type.googleapis.com/google.rpc.${name}`, value: Buffer.from(value) };
}
