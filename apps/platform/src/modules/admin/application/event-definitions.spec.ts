import { beforeEach, describe, expect, it } from '@jest/globals';
import type { DefinitionChanges, EventDefinition, Resource } from '@sortition/declaration';

import type { Author } from '../domain/author.js';
import { AdminUseCases } from '../testing/admin-use-cases.js';
import { BUTTON, GREEN_BUTTON, PURCHASE_EVENT, PURCHASE_RATE } from '../testing/definitions.js';
import { InMemoryAdminDatabase } from '../testing/in-memory-admin-database.js';

const SHOP = { project: 'shop', environment: undefined } as const;
const purchase = { ...SHOP, kind: 'eventDefinition', key: 'purchase' } as const;
const REVENUE = { ...PURCHASE_RATE, kind: 'average', aggregation: 'sum' } as const;

describe('event definitions', () => {
  let admin: AdminUseCases;
  let author: Author;

  beforeEach(async () => {
    admin = new AdminUseCases(new InMemoryAdminDatabase());
    author = await admin.newOrganization();
  });

  const define = (definition: Partial<EventDefinition> = {}, key = 'purchase'): Promise<Resource<'eventDefinition'>> =>
    admin.createResource.execute(author, {
      ...purchase,
      key,
      definition: { ...PURCHASE_EVENT, ...definition },
      requestId: '',
    });
  const change = (changes: DefinitionChanges<'eventDefinition'>, etag = ''): Promise<Resource<'eventDefinition'>> =>
    admin.updateResource.execute(author, purchase, changes, etag);
  const measure = (definition: typeof PURCHASE_RATE, key = 'revenue'): Promise<unknown> =>
    admin.createResource.execute(author, { ...SHOP, kind: 'metric', key, definition, requestId: '' });

  it('are named after their key when they name no event', async () => {
    expect((await define({ event: '' })).definition.event).toBe('purchase');
  });

  it('cannot be renamed', async () => {
    await define();

    await expect(change({ event: 'bought' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field: 'event_definition.event' }],
    });
  });

  it('are held to the compatibility mode of the version before', async () => {
    await define();

    const breaking = change({ value: { presence: 'required', minimum: 1 } });

    await expect(breaking).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      violations: [{ field: 'event_definition.value.minimum' }],
    });
    const mode = change({ compatibility: 'none' });
    await expect(mode).resolves.toMatchObject({ version: 2 });
    await expect(change({ value: { presence: 'required', minimum: 1 } })).resolves.toMatchObject({ version: 3 });
  });

  it('refuse a change of what somebody else has changed', async () => {
    await define();
    await change({ owner: 'other' });

    await expect(change({ owner: 'mine' }, '1-000000000000')).rejects.toMatchObject({ code: 'STALE_ETAG' });
  });

  it('refuse a change that takes the value from a metric, naming the metric', async () => {
    await define();
    await measure(REVENUE);

    await expect(change({ value: { presence: 'optional' } })).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining('projects/shop/metrics/revenue'),
      violations: [{ field: 'event_definition.value.presence' }],
    });
  });

  it('let the value go when metrics only count events', async () => {
    await define();
    await measure(PURCHASE_RATE, 'purchase-rate');

    await expect(change({ value: undefined })).resolves.toMatchObject({ version: 2 });
  });

  it('refuse a change that takes the unit from a metric of an experiment, naming the metric', async () => {
    await define();
    await measure(PURCHASE_RATE, 'purchase-rate');
    await admin.createResource.execute(author, {
      ...SHOP,
      kind: 'flag',
      key: 'button',
      definition: BUTTON,
      requestId: '',
    });
    await admin.createResource.execute(author, {
      ...SHOP,
      kind: 'experiment',
      key: 'green-button',
      definition: GREEN_BUTTON,
      requestId: '',
    });

    await expect(change({ requiredUnits: [] })).rejects.toMatchObject({
      message: expect.stringContaining('projects/shop/metrics/purchase-rate'),
      violations: [{ field: 'event_definition.required_units' }],
    });
  });

  it('stay while a metric relies on them', async () => {
    await define();
    await measure(REVENUE);

    await expect(admin.deleteResource.execute(author, purchase, '')).rejects.toMatchObject({
      code: 'RESOURCE_IN_USE',
      message: expect.stringContaining('projects/shop/metrics/revenue'),
    });
  });

  it('refuse a metric over a value that they forbid', async () => {
    await define({ value: { presence: 'forbidden' } });

    await expect(measure(REVENUE)).rejects.toMatchObject({
      violations: [{ field: 'eventDefinitions.purchase.value.presence' }],
      message: expect.stringContaining('projects/shop/metrics/revenue'),
    });
  });

  it('describe an event once', async () => {
    await define();

    await expect(define({}, 'purchase-2')).rejects.toMatchObject({
      violations: [{ field: 'eventDefinitions.purchase-2.event' }],
    });
  });

  it.each<[string, Partial<EventDefinition>, string]>([
    ['a schema that is none', { schema: { type: 'objekt' } }, 'event_definition.schema'],
    [
      'a range upside down',
      { value: { presence: 'optional', minimum: 2, maximum: 1 } },
      'event_definition.value.minimum',
    ],
    ['a range of nothing', { value: { presence: 'forbidden', minimum: 2 } }, 'event_definition.value.minimum'],
    ['an unknown personal property', { personalData: ['phone'] }, 'event_definition.personal_data[0]'],
    ['a unit named twice', { requiredUnits: ['a', 'a'] }, 'event_definition.required_units[1]'],
    ['a name that is too long', { event: 'x'.repeat(257) }, 'event_definition.event'],
  ])('refuse %s and say where', async (_case, definition, field) => {
    await expect(define(definition)).rejects.toMatchObject({ violations: [{ field }] });
  });

  it('are declared and exported with the policy for undefined events', async () => {
    const document = {
      version: 1,
      eventPolicy: { undefinedEvents: 'quarantine' },
      eventDefinitions: [{ key: 'signup', event: 'Signed up', requiredUnits: ['targetingKey'] }],
    };

    const plan = await admin.applyDeclaration.execute(author, { project: 'shop', document, mode: 'apply' });
    const exported = await admin.exportDeclaration.execute(author, 'shop');
    const again = await admin.applyDeclaration.execute(author, {
      project: 'shop',
      document: exported,
      mode: 'rehearse',
    });

    expect(plan.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
      'create projects/shop/eventPolicies/default',
      'create projects/shop/eventDefinitions/signup',
    ]);
    expect(exported).toMatchObject(document);
    expect(new Set(again.map(({ action }) => action))).toEqual(new Set(['none']));
  });

  it('leave undefined events to a policy that accepts until it is changed', async () => {
    await expect(admin.eventPolicies.get(author, 'shop')).resolves.toBeUndefined();

    const set = await admin.eventPolicies.set(author, 'shop', { undefinedEvents: 'quarantine' }, '');

    await expect(admin.eventPolicies.get(author, 'shop')).resolves.toEqual(set);
    const stale = admin.eventPolicies.set(author, 'shop', { undefinedEvents: 'accept' }, 'old');
    await expect(stale).rejects.toMatchObject({ code: 'STALE_ETAG' });
  });
});
