import { EventEmitter } from 'node:events';

import { status } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { flagdSync } from '@sortition/contracts';

import { FlagdTranslations } from '../../application/flagd-translations.js';
import { LoadedEnvironment } from '../../application/loaded-environment.js';
import { compileStandard } from '../../testing/compile-standard.js';
import { banner, ENVIRONMENT_ID, ORGANIZATION_ID, shopFeed } from '../../testing/shop-snapshot.js';
import { FlagdSyncWatcher, type FlagdSyncCall } from './flagd-sync-watcher.js';

/** A stream whose reader takes nothing until it drains. */
class SlowCall extends EventEmitter {
  readonly written: Buffer[] = [];

  write(message: Buffer): boolean {
    this.written.push(message);
    return false;
  }
}

const flagsOf = (message: Buffer | undefined): readonly string[] => {
  const { flagConfiguration } = flagdSync.SyncFlagsResponse.decode(message ?? Buffer.alloc(0));
  return Object.keys((JSON.parse(flagConfiguration) as { readonly flags: object }).flags);
};

const watching = async () => {
  const feed = shopFeed();
  const id = { organizationId: ORGANIZATION_ID, environmentId: ENVIRONMENT_ID };
  const environment = await LoadedEnvironment.load(id, feed, compileStandard);
  const call = new SlowCall();
  // The watcher uses no more of the call than the fake has.
  const watcher = new FlagdSyncWatcher(call as unknown as FlagdSyncCall, environment, new FlagdTranslations());
  watcher.catchUp();
  return { feed, environment, call, watcher };
};

describe('a stream of flag definitions', () => {
  it('sends a slow reader only the newest, once it has drained', async () => {
    const { feed, environment, call, watcher } = await watching();
    for (const key of ['one', 'two', 'three']) {
      feed.publishFlags(ENVIRONMENT_ID, [{ ...banner, key }]);
      await environment.refresh();
      watcher.catchUp();
    }

    expect(call.written).toHaveLength(1);
    call.emit('drain');
    expect(call.written.slice(1).map(flagsOf)).toEqual([['three']]);
  });

  it('sends nothing again that flagd would not notice', async () => {
    const { feed, environment, call, watcher } = await watching();
    call.emit('drain');
    feed.publishFlags(ENVIRONMENT_ID, [...(await snapshotFlags(feed))]);
    await environment.refresh();
    watcher.catchUp();

    expect(call.written).toHaveLength(1);
  });

  it('ends with UNAVAILABLE when the process stops, so that every client connects again', async () => {
    const { call, watcher } = await watching();
    const ended = new Promise((resolve) => call.once('error', resolve));

    watcher.end();

    await expect(ended).resolves.toMatchObject({ code: status.UNAVAILABLE });
  });
});

async function snapshotFlags(feed: ReturnType<typeof shopFeed>) {
  const { json } = await feed.latest(ORGANIZATION_ID, ENVIRONMENT_ID);
  return (JSON.parse(json) as { readonly flags: readonly (typeof banner)[] }).flags;
}
