import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ServeExperiment, Snapshot } from '@sortition/evaluation';
import type { ExperimentDefinition } from '@sortition/declaration';

import type { Author } from '../domain/author.js';
import { AdminUseCases } from '../testing/admin-use-cases.js';
import { BUTTON, GREEN_BUTTON, PURCHASE_RATE } from '../testing/definitions.js';
import { InMemoryAdminDatabase } from '../testing/in-memory-admin-database.js';
import { latestSnapshot } from '../testing/latest-snapshot.js';

const FLAG = { kind: 'flag', project: 'shop', environment: undefined, key: 'button' } as const;
const CONFIGURATION = { kind: 'flagConfiguration', project: 'shop', environment: 'production', key: 'button' } as const;
const NOON = Date.UTC(2026, 0, 1, 12);

describe('an experiment', () => {
  let admin: AdminUseCases;
  let author: Author;
  let now: number;

  beforeEach(async () => {
    now = NOON;
    admin = new AdminUseCases(new InMemoryAdminDatabase(), { now: () => now });
    author = await admin.newOrganization();
    await admin.createResource.execute(author, { ...FLAG, definition: BUTTON, requestId: '' });
    await admin.createResource.execute(author, {
      ...FLAG,
      kind: 'metric',
      key: 'purchase-rate',
      definition: PURCHASE_RATE,
      requestId: '',
    });
    await admin.createResource.execute(author, {
      ...FLAG,
      kind: 'layer',
      key: 'checkout',
      definition: { description: '', salt: '' },
      requestId: '',
    });
  });

  const create = (key: string, changes: Partial<ExperimentDefinition> = {}): Promise<{ readonly key: string }> =>
    admin.createResource.execute(author, {
      ...FLAG,
      kind: 'experiment',
      key,
      definition: { ...GREEN_BUTTON, ...changes },
      requestId: '',
    });
  const addressOf = (key: string) => ({ ...FLAG, kind: 'experiment', key }) as const;
  const serve = (experiment: string): Promise<unknown> =>
    admin.updateResource.execute(
      author,
      CONFIGURATION,
      { enabled: true, rules: [{ key: 'experiment', serve: { kind: 'experiment', experiment } }] },
      '',
    );
  const served = async (): Promise<ServeExperiment | undefined> => {
    const snapshot: Snapshot = await latestSnapshot(admin.database, author, 'production');
    return snapshot.flags[0]?.rules[0]?.serve as ServeExperiment | undefined;
  };

  it('that was imported decides by its program, gates and ranges, and a change of gates opens a phase', async () => {
    const program = {
      hash: 'fnv1a_32',
      keyTemplate: '{salt}{unit}',
      reduce: { kind: 'modulo', total: 1_000 },
    } as const;
    const gates = [{ salt: 'traffic', program, ranges: [{ start: 0, end: 500 }] }];
    const allocations = [
      { variant: 'control', weight: 0, ranges: [{ start: 0, end: 400 }] },
      { variant: 'treatment', weight: 0, ranges: [{ start: 400, end: 800 }] },
    ];
    await create('imported', { salt: 'exp/1', program, gates, allocations });
    await admin.startExperiment.execute(author, addressOf('imported'), '');
    await serve('imported');

    expect(await served()).toMatchObject({ phase: 1, split: { salt: 'exp/1', program, gates, allocations } });

    const wider = [{ salt: 'traffic', program, ranges: [{ start: 0, end: 900 }] }];
    await admin.updateResource.execute(author, addressOf('imported'), { gates: wider }, '');
    expect(await served()).toMatchObject({ phase: 2, split: { gates: wider } });
    const other = { ...program, hash: 'sha1' } as const;
    await expect(
      admin.updateResource.execute(author, addressOf('imported'), { program: other }, ''),
    ).rejects.toMatchObject({ code: 'INVALID_STATE' });
  });

  it('takes part in evaluation only while it runs', async () => {
    await create('green-button');
    await serve('green-button');
    expect(await served()).toBeUndefined();

    await admin.startExperiment.execute(author, addressOf('green-button'), '');
    expect(await served()).toMatchObject({ kind: 'experiment', experiment: 'green-button', phase: 1 });

    await admin.endExperiment.execute(author, addressOf('green-button'), '');
    expect(await served()).toBeUndefined();
  });

  it('occupies as many buckets of its layer as it asks for, disjoint from the others, until it ends', async () => {
    for (const key of ['one', 'two']) {
      await create(key, { layer: 'checkout', layerBuckets: 500_000 });
      await admin.startExperiment.execute(author, addressOf(key), '');
    }
    await create('three', { layer: 'checkout', layerBuckets: 1 });

    await expect(admin.startExperiment.execute(author, addressOf('three'), '')).rejects.toMatchObject({
      code: 'LAYER_FULL',
    });

    await admin.endExperiment.execute(author, addressOf('one'), '');
    const three = await admin.startExperiment.execute(author, addressOf('three'), '');
    expect(three.definition.occupancy).toMatchObject({ seed: expect.stringMatching(/./), ranges: [{}] });
  });

  it('starts a new phase when its weights change while it runs, under the same salt', async () => {
    await create('green-button');
    await serve('green-button');
    await admin.startExperiment.execute(author, addressOf('green-button'), '');
    const before = await served();
    now += 1_000;
    const allocations = [
      { variant: 'control', weight: 900_000 },
      { variant: 'treatment', weight: 100_000 },
    ];

    const updated = await admin.updateResource.execute(author, addressOf('green-button'), { allocations }, '');

    expect(updated.definition.phases).toEqual([
      { allocations: GREEN_BUTTON.allocations, startedAt: NOON, endedAt: NOON + 1_000 },
      { allocations, startedAt: NOON + 1_000 },
    ]);
    expect(await served()).toMatchObject({ phase: 2, split: { salt: before?.split.salt, allocations } });
  });

  it('is served as sticky, with its intake paused and resumed while it runs', async () => {
    await create('green-button', { sticky: true });
    await serve('green-button');
    const { id } = await admin.startExperiment.execute(author, addressOf('green-button'), '');
    const materialization = `green-button/${id}`;
    expect((await served())?.sticky).toEqual({ materialization });

    await admin.updateResource.execute(author, addressOf('green-button'), { intakePaused: true }, '');
    expect(await served()).toMatchObject({ phase: 1, sticky: { materialization, intakePaused: true } });

    await admin.updateResource.execute(author, addressOf('green-button'), { intakePaused: undefined }, '');
    expect((await served())?.sticky).toEqual({ materialization });
  });

  it('does not hand its assignments down to a later experiment of the same key', async () => {
    const materializations = new Set<string | undefined>();
    for (let round = 0; round < 2; round += 1) {
      await create('green-button', { sticky: true });
      await serve('green-button');
      await admin.startExperiment.execute(author, addressOf('green-button'), '');
      materializations.add((await served())?.sticky?.materialization);
      await admin.endExperiment.execute(author, addressOf('green-button'), '');
      await admin.updateResource.execute(author, CONFIGURATION, { rules: [] }, '');
      await admin.deleteResource.execute(author, addressOf('green-button'), '');
    }

    expect(materializations.size).toBe(2);
  });

  it.each([
    ['unit', { unit: 'company' }],
    ['control', { control: 'treatment' }],
    ['alpha', { alpha: 0.1 }],
    ['sticky', { sticky: true }],
  ])('keeps its %s once it has started', async (field, changes) => {
    await create('green-button');
    await admin.startExperiment.execute(author, addressOf('green-button'), '');

    await expect(admin.updateResource.execute(author, addressOf('green-button'), changes, '')).rejects.toMatchObject({
      code: 'INVALID_STATE',
      violations: [{ field: `experiment.${field}` }],
    });
  });

  it('starts from draft and ends from running, and nothing else', async () => {
    await create('green-button');
    const address = addressOf('green-button');

    await expect(admin.endExperiment.execute(author, address, '')).rejects.toMatchObject({ code: 'INVALID_STATE' });
    await admin.startExperiment.execute(author, address, '');
    await expect(admin.startExperiment.execute(author, address, '')).rejects.toMatchObject({ code: 'INVALID_STATE' });
    await expect(admin.deleteResource.execute(author, address, '')).rejects.toMatchObject({ code: 'INVALID_STATE' });
    await admin.endExperiment.execute(author, address, '');
    await expect(admin.startExperiment.execute(author, address, '')).rejects.toMatchObject({ code: 'INVALID_STATE' });
  });

  it.each<readonly [string, Partial<ExperimentDefinition>]>([
    ['experiment.allocations', { allocations: GREEN_BUTTON.allocations.slice(0, 1) }],
    ['experiment.controlVariant', { control: 'blue' }],
    ['experiment.alpha', { alpha: 1 }],
    ['experiment.layerBuckets', { layer: 'checkout' }],
    ['experiment.intakePaused', { intakePaused: true }],
    ['experiments.green-button.flag', { flag: 'no-such-flag' }],
    ['experiments.green-button.environment', { environment: 'moon' }],
    ['experiments.green-button.metrics[0].metric', { metrics: [{ metric: 'no-such-metric', role: 'success' }] }],
  ])('is refused with a violation of %s', async (field, changes) => {
    await expect(create('green-button', changes)).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      violations: expect.arrayContaining([expect.objectContaining({ field })]),
    });
  });

  it('is served by its own flag in its own environment only', async () => {
    await create('elsewhere', { environment: 'development' });

    await expect(serve('elsewhere')).rejects.toMatchObject({
      violations: [{ field: 'flags.button.environments.production.rules[0].experiment' }],
    });
  });
});
