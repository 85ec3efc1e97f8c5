import { beforeEach, describe, expect, it } from '@jest/globals';
import { DomainError } from '@sortition/kernel';

import type { DescribedProject, EventDefinition, EventDefinitionCatalog } from '../../admin/index.js';
import { ValidateByDefinition } from '../application/validate-by-definition.js';
import { ENVIRONMENT, ORGANIZATION, OTHER_ENVIRONMENT } from '../testing/new-record.js';
import { CachedEventDefinitions } from './cached-event-definitions.js';

const PURCHASE: EventDefinition = {
  event: 'purchase',
  description: '',
  owner: '',
  schema: { required: ['amount'] },
  requiredUnits: [],
  personalData: [],
  compatibility: 'backward',
};

/** Environments of one project, in memory. */
class FakeCatalog implements EventDefinitionCatalog {
  version = 1;
  isAway = false;
  located = 0;
  described = 0;

  async locate(environmentIds: readonly string[]): ReturnType<EventDefinitionCatalog['locate']> {
    this.located += 1;
    if (this.isAway) throw new DomainError('unavailable', 'DATABASE_UNAVAILABLE', 'away');
    const revision = String(this.version);
    return environmentIds.map((environmentId) => ({
      environmentId,
      organizationId: ORGANIZATION,
      projectId: 'shop',
      revision,
    }));
  }

  async describe(projectIds: readonly string[]): Promise<readonly DescribedProject[]> {
    this.described += 1;
    const definitions = [{ id: 'd', version: this.version, definition: PURCHASE }];
    return projectIds.map((projectId) => ({ projectId, undefinedEvents: 'accept' as const, definitions }));
  }

  async findEnvironment(): Promise<string> {
    return ENVIRONMENT;
  }
}

describe('definitions in memory', () => {
  let catalog: FakeCatalog;
  let now: number;
  let definitions: CachedEventDefinitions;

  beforeEach(() => {
    catalog = new FakeCatalog();
    now = 1_000_000;
    definitions = new CachedEventDefinitions(catalog, { now: () => now });
  });

  const versionKnown = (): number | undefined => definitions.known(ENVIRONMENT)?.events.get('purchase')?.version;
  /** Lets what was asked for in the background be answered. */
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('accept what is not known yet, and know it soon', async () => {
    const validation = new ValidateByDefinition(definitions);
    const tracked = { name: 'purchase', value: null, units: { targetingKey: 'u' }, properties: {} };

    const first = validation.judgeOf(ENVIRONMENT)?.({ kind: 'tracked', payload: JSON.stringify(tracked) });
    await settle();
    const second = validation.judgeOf(ENVIRONMENT)?.({ kind: 'tracked', payload: JSON.stringify(tracked) });

    expect(first).toBeUndefined();
    expect(second).toMatchObject({ reason: 'INVALID_PROPERTIES', field: 'properties.amount' });
  });

  it('ask again when they may be out of date, and load what has changed only', async () => {
    versionKnown();
    await settle();
    catalog.version = 2;
    versionKnown();
    await settle();
    expect([versionKnown(), catalog.located]).toEqual([1, 1]);

    now += 2_000;
    versionKnown();
    await settle();
    now += 2_000;
    versionKnown();
    await settle();

    expect([versionKnown(), catalog.located, catalog.described]).toEqual([2, 3, 2]);
  });

  it('ask once for many events, and pause when nobody answers', async () => {
    catalog.isAway = true;
    for (let event = 0; event < 100; event += 1) versionKnown();
    await settle();
    for (let event = 0; event < 100; event += 1) versionKnown();
    await settle();
    expect([versionKnown(), catalog.located]).toEqual([undefined, 1]);

    catalog.isAway = false;
    now += 2_000;
    versionKnown();
    await settle();

    expect(versionKnown()).toBe(1);
  });

  it('are up to date for who waits for them', async () => {
    await definitions.current([ENVIRONMENT]);
    catalog.version = 2;

    const found = await definitions.current([ENVIRONMENT]);

    expect(found.get(ENVIRONMENT)?.organizationId).toBe(ORGANIZATION);
    expect(found.get(ENVIRONMENT)?.rules.events.get('purchase')?.version).toBe(2);
  });

  it('stay in force while the database is away, unless one is not known', async () => {
    await definitions.current([ENVIRONMENT]);
    catalog.isAway = true;

    const found = await definitions.current([ENVIRONMENT]);

    expect(found.get(ENVIRONMENT)?.rules.events.size).toBe(1);
    const unknown = definitions.current([ENVIRONMENT, OTHER_ENVIRONMENT]);
    await expect(unknown).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });
});
