import { describe, expect, it } from '@jest/globals';

import { InMemorySnapshotFeed } from '../testing/in-memory-snapshot-feed.js';
import { banner, ENVIRONMENT_ID, ORGANIZATION_ID, shop, shopFeed } from '../testing/shop-snapshot.js';
import { Environments, type EnvironmentsOptions } from './environments.js';
import { compileStandard } from '../testing/compile-standard.js';

const HOUR_MS = 3_600_000;
const id = { organizationId: ORGANIZATION_ID, environmentId: ENVIRONMENT_ID };

interface Failure {
  readonly environmentId: string;
  readonly error: unknown;
}

function environmentsOn(
  feed: InMemorySnapshotFeed,
  options: Partial<EnvironmentsOptions> = {},
  failures: Failure[] = [],
) {
  return new Environments(feed, {
    maxEnvironments: 10,
    maxBytes: 1_000_000,
    idleMs: HOUR_MS,
    reconcileMs: HOUR_MS,
    random: () => 0,
    refreshDeadlineMs: 1_000,
    compile: compileStandard,
    onRefreshFailed: (environmentId, error) => failures.push({ environmentId, error }),
    ...options,
  });
}

describe('Environments', () => {
  it('holds nothing before the first use', async () => {
    const environments = environmentsOn(shopFeed());
    const before = environments.current(ENVIRONMENT_ID);
    await environments.load(id);

    expect(before).toBeUndefined();
    expect(environments.current(ENVIRONMENT_ID)?.revision).toBe(1);
  });

  it('loads an environment once for all who ask at the same time', async () => {
    const environments = environmentsOn(shopFeed());
    const [first, second] = await Promise.all([environments.load(id), environments.load(id)]);

    expect(first).toBe(second);
  });

  it('refuses an environment of another organization', async () => {
    const environments = environmentsOn(shopFeed());

    await expect(environments.load({ ...id, organizationId: 'other' })).rejects.toMatchObject({
      code: 'RESOURCE_NOT_FOUND',
    });
  });

  it('tries again after a load that failed', async () => {
    const feed = shopFeed();
    const environments = environmentsOn(feed);
    feed.isAway = true;
    await expect(environments.load(id)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    feed.isAway = false;

    await expect(environments.load(id)).resolves.toBeDefined();
  });

  it('finds changes whose notice was lost when it reconciles', async () => {
    const feed = shopFeed();
    const environments = environmentsOn(feed);
    await environments.load(id);
    feed.isSilent = true;
    feed.publishFlags(ENVIRONMENT_ID, [banner]);
    const before = environments.current(ENVIRONMENT_ID)?.revision;
    await environments.reconcile();

    expect(before).toBe(1);
    expect(environments.current(ENVIRONMENT_ID)?.revision).toBe(2);
  });

  it('gives who needs the newest state what was committed before they asked', async () => {
    const feed = shopFeed();
    const environments = environmentsOn(feed);
    await environments.load(id);
    feed.isSilent = true;
    feed.publishFlags(ENVIRONMENT_ID, [banner]);

    expect((await environments.loadNewest(id)).state.revision).toBe(2);
  });

  it('gives what it holds while the database fails or does not answer', async () => {
    const feed = shopFeed();
    const environments = environmentsOn(feed, { refreshDeadlineMs: 5 });
    await environments.load(id);
    feed.isAway = true;
    const whileAway = await environments.loadNewest(id);
    feed.deltasSince = () => new Promise(() => undefined);
    const whileHanging = await environments.loadNewest(id);

    expect([whileAway.state.revision, whileHanging.state.revision]).toEqual([1, 1]);
  });

  it('misses no notice that comes while it loads', async () => {
    const feed = shopFeed();
    const read = feed.latest.bind(feed);
    feed.latest = async (...input) => {
      const published = await read(...input);
      feed.publishFlags(ENVIRONMENT_ID, [banner]);
      return published;
    };
    const environments = environmentsOn(feed);
    environments.start();
    const environment = await environments.load(id);
    await new Promise(setImmediate);
    environments.stop();

    expect(environment.state.revision).toBe(2);
  });

  it('keeps its states and tells when it cannot reconcile', async () => {
    const feed = shopFeed();
    const failures: Failure[] = [];
    const environments = environmentsOn(feed, {}, failures);
    await environments.load(id);
    feed.isAway = true;
    await environments.reconcile();

    expect(environments.current(ENVIRONMENT_ID)?.revision).toBe(1);
    expect(failures).toMatchObject([{ environmentId: ENVIRONMENT_ID, error: { code: 'DATABASE_UNAVAILABLE' } }]);
  });

  it('lets go of the environment that was not used for the longest time, unless it is watched', async () => {
    const feed = new InMemorySnapshotFeed();
    for (const name of ['a', 'b', 'c', 'd']) feed.publish(ORGANIZATION_ID, name, { ...shop, environment: name });
    const environments = environmentsOn(feed, { maxEnvironments: 2 });
    const load = (environmentId: string) => environments.load({ ...id, environmentId });
    const stop = environments.watch(await load('a'), () => undefined);
    for (const name of ['b', 'c', 'd']) await load(name);
    const held = ['a', 'b', 'c', 'd'].filter((name) => environments.current(name));
    stop();

    expect(held).toEqual(['a', 'c', 'd']);
  });

  it('tells who watches of every change, until they stop', async () => {
    const feed = shopFeed();
    const environments = environmentsOn(feed);
    const environment = await environments.load(id);
    const seen: number[] = [];
    const stop = environments.watch(environment, () => seen.push(environment.state.revision));
    feed.publishFlags(ENVIRONMENT_ID, [banner]);
    await environments.reconcile();
    stop();
    feed.publishFlags(ENVIRONMENT_ID, []);
    await environments.reconcile();

    expect(seen).toEqual([2]);
  });

  it('compiles anew when the changes do not lead on from what it holds', async () => {
    const feed = shopFeed();
    const environments = environmentsOn(feed);
    await environments.load(id);
    feed.publishFlags(ENVIRONMENT_ID, [banner]);
    feed.forgetDeltas(ENVIRONMENT_ID);
    await environments.reconcile();

    expect(environments.current(ENVIRONMENT_ID)?.flags.keys('server')).toEqual(['banner']);
  });
});
