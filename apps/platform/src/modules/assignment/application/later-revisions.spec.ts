import { beforeEach, describe, expect, it } from '@jest/globals';

import { InMemorySnapshotFeed } from '../testing/in-memory-snapshot-feed.js';
import { banner, ENVIRONMENT_ID, limit, ORGANIZATION_ID, shop } from '../testing/shop-snapshot.js';
import { LaterRevisions } from './later-revisions.js';
import { compileStandard } from '../testing/compile-standard.js';
import { LoadedEnvironment } from './loaded-environment.js';

/** Counts looks, and keeps them waiting when told to. */
class WatchedFeed extends InMemorySnapshotFeed {
  looks = 0;
  hangs = false;

  override async deltasSince(
    ...input: Parameters<InMemorySnapshotFeed['deltasSince']>
  ): ReturnType<InMemorySnapshotFeed['deltasSince']> {
    this.looks += 1;
    if (this.hangs) await new Promise(() => undefined);
    return super.deltasSince(...input);
  }
}

const clock = { time: 0, now: () => clock.time };
let feed: WatchedFeed;
let environment: LoadedEnvironment;

beforeEach(async () => {
  clock.time = 0;
  feed = new WatchedFeed();
  feed.publish(ORGANIZATION_ID, ENVIRONMENT_ID, shop);
  const id = { organizationId: ORGANIZATION_ID, environmentId: ENVIRONMENT_ID };
  environment = await LoadedEnvironment.load(id, feed, compileStandard);
});

describe('LaterRevisions', () => {
  it('catches up with a revision that a caller was shown elsewhere', async () => {
    feed.publishFlags(ENVIRONMENT_ID, [banner, limit]);

    await new LaterRevisions(clock).reach(environment, 2);

    expect(environment.state.revision).toBe(2);
  });

  it('does not look for a revision that is at hand', async () => {
    await new LaterRevisions(clock).reach(environment, 1);

    expect(feed.looks).toBe(0);
  });

  it('looks at most once a second, however many revisions callers make up', async () => {
    const later = new LaterRevisions(clock);
    for (let revision = 2; revision < 1_000; revision++) await later.reach(environment, revision);
    const withinASecond = feed.looks;
    clock.time += 1_000;

    await later.reach(environment, 1_000);

    expect([withinASecond, feed.looks]).toEqual([1, 2]);
  });

  it('lets the caller go on from memory when the database fails or hangs', async () => {
    feed.isAway = true;
    await new LaterRevisions(clock).reach(environment, 2);
    feed.hangs = true;

    await new LaterRevisions(clock, 5).reach(environment, 2);

    expect(environment.state.revision).toBe(1);
  });
});
