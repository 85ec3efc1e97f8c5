import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Declaration, PlannedChange } from '@sortition/declaration';

import type { Author } from '../domain/author.js';
import { AdminUseCases } from '../testing/admin-use-cases.js';
import { InMemoryAdminDatabase } from '../testing/in-memory-admin-database.js';
import { latestSnapshot } from '../testing/latest-snapshot.js';

const SHOP: Declaration = {
  version: 1,
  layers: [{ key: 'checkout' }],
  metrics: [
    { key: 'purchase-rate', kind: 'conversion', event: 'purchase', window: '7d' },
    { key: 'revenue', kind: 'average', event: 'purchase', aggregation: 'sum' },
  ],
  segments: [{ key: 'nordics', condition: { attribute: 'country', in: ['SE', 'NO'] } }],
  flags: [
    {
      key: 'button',
      type: 'string',
      variants: { control: 'blue', treatment: 'green' },
      environments: {
        production: {
          enabled: true,
          offVariant: 'control',
          rules: [
            {
              key: 'nordics',
              condition: { segment: 'nordics' },
              schedule: { start: '2026-01-01T00:00:00Z' },
              experiment: 'green-button',
            },
            { key: 'others', split: { variants: { control: 90, treatment: 10 } } },
            { key: 'rest', rollout: { variant: 'treatment', percent: 12.5, unit: 'company' } },
            { key: 'imported', split: { salt: 'exp-1', allocations: [{ variant: 'treatment', weight: 1_000_000 }] } },
            { key: 'last', callerDefault: true },
          ],
          targets: [{ variant: 'treatment', units: ['user-1'] }],
        },
      },
    },
  ],
  experiments: [
    {
      key: 'green-button',
      hypothesis: 'Green is seen sooner',
      flag: 'button',
      environment: 'production',
      control: 'control',
      variants: { treatment: 50, control: 50 },
      layer: 'checkout',
      buckets: 400_000,
      metrics: { guardrail: ['revenue'], success: ['purchase-rate'] },
      state: 'running',
    },
  ],
};

describe('applying a declaration', () => {
  let admin: AdminUseCases;
  let author: Author;

  beforeEach(async () => {
    admin = new AdminUseCases(new InMemoryAdminDatabase());
    author = await admin.newOrganization();
  });

  const apply = (document: unknown, mode: 'apply' | 'rehearse' = 'apply'): Promise<readonly PlannedChange[]> =>
    admin.applyDeclaration.execute(author, { project: 'shop', document, mode });
  const exported = (): Promise<Declaration> => admin.exportDeclaration.execute(author, 'shop');

  it('makes what it mentions, in one plan', async () => {
    const plan = await apply(SHOP);

    expect(plan.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
      'create projects/shop/layers/checkout',
      'create projects/shop/metrics/purchase-rate',
      'create projects/shop/metrics/revenue',
      'create projects/shop/segments/nordics',
      'create projects/shop/flags/button',
      'create projects/shop/experiments/green-button',
      'update projects/shop/environments/production/flags/button',
    ]);
    const { flags } = await latestSnapshot(admin.database, author, 'production');
    expect(flags[0]?.rules.map(({ serve }) => serve.kind)).toEqual([
      'experiment',
      'split',
      'rollout',
      'split',
      'callerDefault',
    ]);
  });

  it('changes nothing the second time', async () => {
    await apply(SHOP);
    const before = await exported();

    const plan = await apply(SHOP);

    expect(plan.map(({ action }) => action)).toEqual(plan.map(() => 'none'));
    expect(await exported()).toEqual(before);
  });

  it('changes nothing with what was exported', async () => {
    await apply(SHOP);

    const plan = await apply(JSON.parse(JSON.stringify(await exported())));

    expect(plan.filter(({ action }) => action !== 'none')).toEqual([]);
  });

  it('makes the same project elsewhere from what was exported, with every salt', async () => {
    await apply(SHOP);
    const original = await exported();
    author = await admin.newOrganization();

    await apply(original);

    expect(await exported()).toEqual(original);
  });

  it('plans without storing anything in a rehearsal', async () => {
    const before = await exported();

    const plan = await apply(SHOP, 'rehearse');

    expect(plan).toHaveLength(7);
    expect(await exported()).toEqual(before);
  });

  it('names the properties that differ', async () => {
    await apply(SHOP);
    const [declared] = SHOP.flags ?? [];
    const changed = { version: 1, flags: [{ ...declared, environments: { production: { enabled: false } } }] };

    const plan = await apply(changed);

    expect(plan.filter(({ action }) => action !== 'none')).toEqual([
      { action: 'update', resource: 'projects/shop/environments/production/flags/button', fields: ['enabled'] },
    ]);
  });

  it('leaves what it does not mention', async () => {
    await apply(SHOP);
    const before = await exported();

    await apply({ version: 1, segments: [{ key: 'beta', condition: { attribute: 'beta', equals: true } }] });

    const after = await exported();
    expect({ ...after, segments: [] }).toEqual({ ...before, segments: [] });
    expect(after.segments?.map(({ key }) => key)).toEqual(['beta', 'nordics']);
  });

  it('clears what it mentions as null', async () => {
    await apply(SHOP);

    await apply({
      version: 1,
      metrics: [{ key: 'purchase-rate', kind: 'conversion', event: 'purchase', window: null }],
    });

    expect((await exported()).metrics?.[0]).not.toHaveProperty('window');
  });

  it('pauses and resumes the intake of a sticky experiment, and exports what it finds', async () => {
    const [experiment] = SHOP.experiments ?? [];
    const declared = { ...experiment, sticky: true };
    await apply({ ...SHOP, experiments: [declared] });

    const paused = await apply({ version: 1, experiments: [{ ...declared, intakePaused: true }] });
    expect(paused[0]?.fields).toEqual(['intakePaused']);
    expect((await exported()).experiments?.[0]).toMatchObject({ sticky: true, intakePaused: true });

    await apply({ version: 1, experiments: [{ ...declared, intakePaused: false }] });
    expect((await exported()).experiments?.[0]).not.toHaveProperty('intakePaused');
  });

  it('ends an experiment that is declared as ended', async () => {
    await apply(SHOP);
    const [experiment] = SHOP.experiments ?? [];

    const plan = await apply({ version: 1, experiments: [{ ...experiment, state: 'ended' }] });

    expect(plan[0]?.fields).toContain('state');
    await expect(apply({ version: 1, experiments: [experiment] })).rejects.toMatchObject({ code: 'INVALID_STATE' });
  });

  it('stores nothing when one part of it is refused', async () => {
    const before = await exported();
    const [experiment] = SHOP.experiments ?? [];

    await expect(apply({ ...SHOP, experiments: [{ ...experiment, flag: 'none' }] })).rejects.toMatchObject({
      violations: [{ field: 'experiments.green-button.flag' }],
    });
    expect(await exported()).toEqual(before);
  });

  it.each<readonly [string, unknown]>([
    ['declaration', 'text'],
    ['version', { flags: [] }],
    ['version', { version: 2 }],
    ['flag', { version: 1, flag: [] }],
    ['flags[0].type', { version: 1, flags: [{ key: 'a', type: 'text', variants: { on: 1 } }] }],
    ['flags[0].key', { version: 1, flags: [{ key: 'Not A Key', type: 'number', variants: { on: 1 } }] }],
    ['segments[1].key', { version: 1, segments: [segment('a'), segment('a')] }],
    [
      'flags[0].environments.production.rules[0]',
      flagWithRules([{ key: 'a', variant: 'on', experiment: 'also-this' }]),
    ],
    ['flags[0].environments.production.rules[0].percent', flagWithRules([{ key: 'a', variant: 'on', percent: 1 }])],
    ['flags[0].environments.moon', { version: 1, flags: [{ ...flag(), environments: { moon: {} } }] }],
  ])('refuses a document with a problem at %s', async (field, document) => {
    await expect(apply(document)).rejects.toMatchObject({
      violations: expect.arrayContaining([expect.objectContaining({ field })]),
    });
  });
});

function segment(key: string): unknown {
  return { key, condition: { attribute: 'a', exists: true } };
}

function flag(): object {
  return { key: 'a', type: 'number', variants: { on: 1 } };
}

function flagWithRules(rules: readonly object[]): unknown {
  return { version: 1, flags: [{ ...flag(), environments: { production: { rules } } }] };
}
