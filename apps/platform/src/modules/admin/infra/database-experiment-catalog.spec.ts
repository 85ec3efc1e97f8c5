import { beforeEach, describe, expect, it } from '@jest/globals';

import type { ExperimentDefinition } from '@sortition/declaration';

import type { Author } from '../domain/author.js';
import { AdminUseCases } from '../testing/admin-use-cases.js';
import { BUTTON, GREEN_BUTTON, PURCHASE_RATE } from '../testing/definitions.js';
import { InMemoryAdminDatabase } from '../testing/in-memory-admin-database.js';
import { DatabaseExperimentCatalog } from './database-experiment-catalog.js';

const NAME = 'projects/shop/experiments/green-button';
const NOON = Date.UTC(2026, 0, 1, 12);
const EXPERIMENT = { kind: 'experiment', project: 'shop', environment: undefined, key: 'green-button' } as const;

describe('DatabaseExperimentCatalog', () => {
  let admin: AdminUseCases;
  let author: Author;
  let catalog: DatabaseExperimentCatalog;
  let now: number;

  beforeEach(async () => {
    now = NOON;
    admin = new AdminUseCases(new InMemoryAdminDatabase(), { now: () => now });
    catalog = new DatabaseExperimentCatalog(admin.database);
    author = await admin.newOrganization();
    const at = { project: 'shop', requestId: '' };
    await admin.createResource.execute(author, { ...at, kind: 'flag', key: 'button', definition: BUTTON });
    const metric = { ...PURCHASE_RATE, windowMs: 604_800_000 };
    await admin.createResource.execute(author, { ...at, kind: 'metric', key: 'purchase-rate', definition: metric });
    await admin.createResource.execute(author, { ...at, ...EXPERIMENT, definition: GREEN_BUTTON });
  });

  it('describes the current phase of an experiment with its metrics', async () => {
    await admin.startExperiment.execute(author, EXPERIMENT, '');
    now += 1_000;
    const allocations = [
      { variant: 'control', weight: 100_000 },
      { variant: 'treatment', weight: 900_000 },
    ];
    await admin.updateResource.execute(author, EXPERIMENT, { allocations }, '');

    expect(await catalog.forAnalysis(author.organizationId, NAME)).toMatchObject({
      name: NAME,
      key: 'green-button',
      flag: 'button',
      unitAttribute: 'targetingKey',
      phase: 2,
      control: 'control',
      allocations,
      alpha: 0.05,
      startedAt: new Date(NOON + 1_000),
      endedAt: undefined,
      metrics: [
        {
          key: 'purchase-rate',
          role: 'success',
          definition: { kind: 'conversion', event: 'purchase', windowMs: 604_800_000 },
        },
      ],
    });
  });

  it('expects of an imported experiment what its ranges hold', async () => {
    const imported: ExperimentDefinition = {
      ...GREEN_BUTTON,
      salt: 'exp/1',
      program: { hash: 'fnv1a_32', keyTemplate: '{salt}{unit}', reduce: { kind: 'modulo', total: 1_000 } },
      allocations: [
        { variant: 'control', weight: 0, ranges: [{ start: 0, end: 300 }] },
        {
          variant: 'treatment',
          weight: 0,
          ranges: [
            { start: 300, end: 400 },
            { start: 900, end: 950 },
          ],
        },
      ],
    };
    const address = { ...EXPERIMENT, key: 'imported' };
    await admin.createResource.execute(author, { ...address, definition: imported, requestId: '' });
    await admin.startExperiment.execute(author, address, '');

    const { allocations } = await catalog.forAnalysis(author.organizationId, 'projects/shop/experiments/imported');

    expect(allocations).toEqual([
      { variant: 'control', weight: 300 },
      { variant: 'treatment', weight: 150 },
    ]);
  });

  it('suggests the experiment that was meant', async () => {
    await expect(
      catalog.forAnalysis(author.organizationId, 'projects/shop/experiments/gren-button'),
    ).rejects.toMatchObject({ message: expect.stringContaining(`Did you mean "${NAME}"?`) });
  });

  it('refuses an experiment that never started', async () => {
    await expect(catalog.forAnalysis(author.organizationId, NAME)).rejects.toMatchObject({ code: 'INVALID_STATE' });
  });

  it('knows no experiment of another organization', async () => {
    const stranger = await admin.newOrganization();

    await expect(catalog.forAnalysis(stranger.organizationId, NAME)).rejects.toMatchObject({
      code: 'RESOURCE_NOT_FOUND',
    });
  });
});
