import { EventEmitter } from 'node:events';

import { describe, expect, it } from '@jest/globals';
import { assignment } from '@sortition/contracts';

import { LoadedEnvironment } from '../../application/loaded-environment.js';
import { compileStandard } from '../../testing/compile-standard.js';
import type { InMemorySnapshotFeed } from '../../testing/in-memory-snapshot-feed.js';
import { banner, ENVIRONMENT_ID, ORGANIZATION_ID, shopFeed } from '../../testing/shop-snapshot.js';
import { SnapshotWatcher, type WatchCall } from './snapshot-watcher.js';

/** The stream of a reader that takes what a test lets it take. */
class Reader extends EventEmitter {
  readonly request = { fromRevision: 0, contentHash: '' };
  readonly cancelled = false;
  readonly sent: string[] = [];
  /** Messages that fit before the reader is full. */
  room = Number.POSITIVE_INFINITY;

  write(message: Buffer): boolean {
    const { update, revision, hasMore } = assignment.WatchSnapshotResponse.decode(message);
    this.sent.push(`${update?.$case ?? ''} ${String(revision)}${hasMore ? ' …' : ''}`);
    this.room -= 1;
    return this.room > 0;
  }

  end(): void {
    this.emit('finish');
  }

  /** Everything that was sent has been read. */
  drain(): void {
    this.room = Number.POSITIVE_INFINITY;
    this.emit('drain');
  }
}

async function watching(
  room: number,
): Promise<{ feed: InMemorySnapshotFeed; reader: Reader; environment: LoadedEnvironment; watcher: SnapshotWatcher }> {
  const feed = shopFeed();
  const id = { organizationId: ORGANIZATION_ID, environmentId: ENVIRONMENT_ID };
  const environment = await LoadedEnvironment.load(id, feed, compileStandard);
  const { reader, watcher } = watcherOf(environment, room);
  environment.onChange(() => watcher.catchUp());
  watcher.start();
  return { feed, reader, environment, watcher };
}

function watcherOf(environment: LoadedEnvironment, room: number): { reader: Reader; watcher: SnapshotWatcher } {
  const reader = new Reader();
  reader.room = room;
  // The watcher uses of the call only what the reader has.
  return { reader, watcher: new SnapshotWatcher(reader as unknown as WatchCall, environment) };
}

async function publish(feed: InMemorySnapshotFeed, environment: LoadedEnvironment, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    feed.publishFlags(ENVIRONMENT_ID, [{ ...banner, defaultVariant: time % 2 === 0 ? 'off' : 'on' }]);
    await environment.refresh();
  }
}

describe('SnapshotWatcher', () => {
  it('sends nothing to a reader that is full, and then what it missed', async () => {
    const { feed, reader, environment } = await watching(1);
    await publish(feed, environment, 3);
    const whileFull = [...reader.sent];
    reader.drain();

    expect(whileFull).toEqual(['full 1']);
    expect(reader.sent).toEqual(['full 1', 'delta 2 …', 'delta 3 …', 'delta 4']);
  });

  it('says of every message but the last that more lead to the newest state', async () => {
    const { feed, environment } = await watching(10);
    await publish(feed, environment, 1);
    const { reader: late, watcher } = watcherOf(environment, 10);
    watcher.start();
    await publish(feed, environment, 1);
    watcher.catchUp();

    expect(late.sent).toEqual(['full 1 …', 'delta 2', 'delta 3']);
  });

  it('says so of the whole state as well that replaces many changes', async () => {
    const { feed, reader, environment } = await watching(1);
    await publish(feed, environment, 70);
    const read = environment.wholeState.bind(environment);
    environment.wholeState = async () => {
      environment.wholeState = read;
      const whole = await read();
      await publish(feed, environment, 1);
      return whole;
    };
    reader.drain();
    await new Promise(setImmediate);

    expect(reader.sent).toEqual(['full 1', 'full 71 …', 'delta 72']);
  });

  it('cuts a reader that is far behind to the newest whole state', async () => {
    const { feed, reader, environment } = await watching(1);
    await publish(feed, environment, 70);
    reader.drain();
    await environment.wholeState();
    await Promise.resolve();

    expect(reader.sent).toEqual(['full 1', 'full 71']);
  });

  it('leads a reader that is far behind through the changes while the whole state cannot be read', async () => {
    const { feed, reader, environment } = await watching(1);
    await publish(feed, environment, 70);
    // What is held at hand must not be the newest whole state for the feed to be asked.
    feed.isAway = true;
    reader.drain();
    await environment.wholeState().catch(() => undefined);
    await Promise.resolve();

    expect(reader.sent.at(-1)).toMatch(/ 71$/);
  });

  it('sends no heartbeat to a reader that is full', async () => {
    const { reader, watcher } = await watching(1);
    watcher.sendHeartbeat();
    const whileFull = [...reader.sent];
    reader.drain();
    watcher.sendHeartbeat();

    expect(whileFull).toEqual(['full 1']);
    expect(reader.sent).toEqual(['full 1', 'heartbeat 1']);
  });

  it('sends nothing after its end and tells of it once', async () => {
    const { feed, reader, environment, watcher } = await watching(10);
    let ends = 0;
    watcher.onEnd(() => {
      ends += 1;
    });
    watcher.end();
    reader.emit('close');
    await publish(feed, environment, 1);

    expect(ends).toBe(1);
    expect(reader.sent).toEqual(['full 1']);
  });
});
