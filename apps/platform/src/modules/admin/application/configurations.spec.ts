import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CompileOptions, Rule } from '@sortition/evaluation';
import { type ConfiguredRule, etagOf } from '@sortition/declaration';

import type { Author } from '../domain/author.js';
import { AdminUseCases } from '../testing/admin-use-cases.js';
import { BUTTON, PURCHASE_RATE } from '../testing/definitions.js';
import { InMemoryAdminDatabase } from '../testing/in-memory-admin-database.js';
import { latestSnapshot } from '../testing/latest-snapshot.js';

const FLAG = { kind: 'flag', project: 'shop', environment: undefined, key: 'button' } as const;
const CONFIGURATION = { kind: 'flagConfiguration', project: 'shop', environment: 'production', key: 'button' } as const;
const HALF: ConfiguredRule = {
  key: 'half',
  serve: {
    kind: 'split',
    split: {
      salt: '',
      allocations: [
        { variant: 'control', weight: 500_000 },
        { variant: 'treatment', weight: 500_000 },
      ],
    },
  },
};

describe('a flag configuration', () => {
  let admin: AdminUseCases;
  let author: Author;

  beforeEach(async () => {
    admin = new AdminUseCases(new InMemoryAdminDatabase());
    author = await admin.newOrganization();
    await admin.createResource.execute(author, { ...FLAG, definition: BUTTON, requestId: '' });
  });

  const rulesServed = async (environment = 'production'): Promise<readonly Rule[] | undefined> =>
    (await latestSnapshot(admin.database, author, environment)).flags[0]?.rules;

  it('is published to its environment and to no other', async () => {
    await admin.updateResource.execute(author, CONFIGURATION, { enabled: true, rules: [HALF] }, '');

    expect(await rulesServed()).toMatchObject([{ key: 'half' }]);
    expect(await rulesServed('development')).toEqual([]);
  });

  it('keeps the salt of a rule that is written again without one', async () => {
    const first = await admin.updateResource.execute(author, CONFIGURATION, { rules: [HALF] }, '');
    const other: ConfiguredRule = { key: 'first', serve: { kind: 'variant', variant: 'treatment' } };

    const second = await admin.updateResource.execute(author, CONFIGURATION, { rules: [other, HALF] }, '');

    const saltOf = ({ serve }: ConfiguredRule): string | undefined =>
      serve.kind === 'split' ? serve.split.salt : undefined;
    expect(saltOf(first.definition.rules[0] ?? HALF)).toMatch(/^[^/]+$/);
    expect(second.definition.rules.map(saltOf)).toEqual([undefined, ...first.definition.rules.map(saltOf)]);
  });

  it('refuses a stale etag and takes the present one', async () => {
    const read = await admin.getResource.execute(author, CONFIGURATION);
    const updated = await admin.updateResource.execute(author, CONFIGURATION, { enabled: true }, etagOf(read));

    await expect(
      admin.updateResource.execute(author, CONFIGURATION, { enabled: false }, etagOf(read)),
    ).rejects.toMatchObject({ code: 'STALE_ETAG', message: expect.stringContaining(etagOf(read)) });
    expect(etagOf(await admin.getResource.execute(author, CONFIGURATION))).toBe(etagOf(updated));
  });

  it('changes nothing when it is written as it is', async () => {
    const before = await admin.getResource.execute(author, CONFIGURATION);

    await admin.updateResource.execute(author, CONFIGURATION, { enabled: false, rules: [] }, '');

    expect(await admin.getResource.execute(author, CONFIGURATION)).toEqual(before);
  });

  it.each<readonly [string, ConfiguredRule]>([
    ['rules[0].serve.variant', { key: 'a', serve: { kind: 'variant', variant: 'purple' } }],
    ['rules[0].condition.segment', { key: 'a', condition: { segment: 'nobody' }, serve: { kind: 'callerDefault' } }],
    ['rules[0].experiment', { key: 'a', serve: { kind: 'experiment', experiment: 'none' } }],
  ])('is refused with a violation of %s', async (path, rule) => {
    await expect(admin.updateResource.execute(author, CONFIGURATION, { rules: [rule] }, '')).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      violations: [{ field: `flags.button.environments.production.${path}` }],
    });
    expect(await rulesServed()).toEqual([]);
  });

  it('takes every operator of the flag model', async () => {
    const rules: readonly ConfiguredRule[] = [
      { key: 'a', condition: { attribute: 'email', matches: '@example\\.com$' }, serve: { kind: 'callerDefault' } },
      { key: 'b', condition: { attribute: 'version', semver: '>=1.4.0 <2' }, serve: { kind: 'callerDefault' } },
      { key: 'c', condition: { attribute: 'ip', cidr: '10.0.0.0/8' }, serve: { kind: 'callerDefault' } },
    ];

    await admin.updateResource.execute(author, CONFIGURATION, { rules }, '');

    expect(await rulesServed()).toEqual(rules);
  });
});

describe('a flag', () => {
  let admin: AdminUseCases;
  let author: Author;

  beforeEach(async () => {
    admin = new AdminUseCases(new InMemoryAdminDatabase());
    author = await admin.newOrganization();
  });

  it('keeps its type', async () => {
    await admin.createResource.execute(author, { ...FLAG, definition: BUTTON, requestId: '' });

    await expect(admin.updateResource.execute(author, FLAG, { type: 'number' }, '')).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field: 'flag.type' }],
    });
  });

  it('is refused when a variant does not satisfy its schema', async () => {
    const definition = {
      ...BUTTON,
      type: 'object' as const,
      schema: { type: 'object', required: ['colour'], properties: { colour: { type: 'string' } } },
      variants: [{ key: 'empty', value: {} }],
    };

    await expect(admin.createResource.execute(author, { ...FLAG, definition, requestId: '' })).rejects.toMatchObject({
      violations: [{ field: 'flag.variants[0].value' }],
    });
  });

  it('keeps the promises that its schema made to readers', async () => {
    const schema = { type: 'object', required: ['colour'], properties: { colour: { type: 'string' } } };
    const variants = [{ key: 'blue', value: { colour: 'blue' } }];
    const definition = { ...BUTTON, type: 'object' as const, schema, variants };
    await admin.createResource.execute(author, { ...FLAG, definition, requestId: '' });

    const loosened = { ...schema, required: [] };

    await expect(admin.updateResource.execute(author, FLAG, { schema: loosened }, '')).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      violations: [{ field: 'flag.schema.required' }],
    });
  });

  it('is refused with a value of another type, even in a project without environments', async () => {
    await admin.createProject.execute(author, { key: 'empty', displayName: '', requestId: '' });
    const definition = { ...BUTTON, variants: [{ key: 'on', value: true }] };

    await expect(
      admin.createResource.execute(author, { ...FLAG, project: 'empty', definition, requestId: '' }),
    ).rejects.toMatchObject({
      violations: expect.arrayContaining([expect.objectContaining({ field: 'flags.button.variants[0].value' })]),
    });
  });

  it('is refused with text that the database cannot keep', async () => {
    const definition = { ...BUTTON, owner: 'a\u0000b' };

    await expect(admin.createResource.execute(author, { ...FLAG, definition, requestId: '' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field: 'flag.owner' }],
    });
  });
});

describe('a configuration that is written whole', () => {
  let admin: AdminUseCases;
  let author: Author;

  beforeEach(async () => {
    admin = new AdminUseCases(new InMemoryAdminDatabase());
    author = await admin.newOrganization();
    await admin.createResource.execute(author, { ...FLAG, definition: BUTTON, requestId: '' });
    await admin.updateResource.execute(author, CONFIGURATION, { offVariant: 'control', rules: [HALF] }, '');
  });

  const EMPTY = { enabled: true, rules: [], targets: [], prerequisites: [], offVariant: undefined };

  it('is refused when it would leave no variant to serve, and says which fields to name', async () => {
    await expect(admin.updateResource.execute(author, CONFIGURATION, EMPTY, '', 'whole')).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('"enabled,rules,off_variant"'),
      violations: [{ field: 'update_mask' }],
    });
  });

  it('is emptied by a mask that names the fields', async () => {
    const emptied = await admin.updateResource.execute(author, CONFIGURATION, EMPTY, '', 'named');

    expect(emptied.definition).toEqual({ enabled: true, rules: [], targets: [], prerequisites: [] });
  });

  it('is taken when it serves something, or served nothing before', async () => {
    const served = { ...EMPTY, offVariant: 'treatment' };
    await admin.updateResource.execute(author, CONFIGURATION, served, '', 'whole');
    await admin.updateResource.execute(author, CONFIGURATION, EMPTY, '', 'named');

    await expect(
      admin.updateResource.execute(author, CONFIGURATION, { ...EMPTY, enabled: false }, '', 'whole'),
    ).resolves.toMatchObject({ definition: { enabled: false } });
  });
});

describe('a change that no evaluation sees', () => {
  const counting: CompileOptions = {
    operators: [
      {
        name: 'test.counted',
        parse: () => {
          compiled += 1;
        },
        matches: () => true,
      },
    ],
  };
  let compiled = 0;

  it('compiles nothing and publishes nothing', async () => {
    const admin = new AdminUseCases(new InMemoryAdminDatabase(), undefined, counting);
    const author = await admin.newOrganization();
    await admin.createResource.execute(author, { ...FLAG, definition: BUTTON, requestId: '' });
    const rule: ConfiguredRule = {
      key: 'a',
      condition: { operator: 'test.counted' },
      serve: { kind: 'variant', variant: 'treatment' },
    };
    await admin.updateResource.execute(author, CONFIGURATION, { rules: [rule] }, '');
    const { revision } = await latestSnapshot(admin.database, author, 'production');
    compiled = 0;

    await admin.updateResource.execute(author, FLAG, { owner: 'team-design', tags: ['new'] }, '');
    await admin.createResource.execute(author, {
      ...FLAG,
      kind: 'metric',
      key: 'revenue',
      definition: PURCHASE_RATE,
      requestId: '',
    });

    expect(compiled).toBe(0);
    expect((await latestSnapshot(admin.database, author, 'production')).revision).toBe(revision);
    await admin.updateResource.execute(author, FLAG, { clientVisible: false }, '');
    expect(compiled).toBeGreaterThan(0);
    expect((await latestSnapshot(admin.database, author, 'production')).revision).toBe(revision + 1);
  });
});
