import { beforeAll, describe, expect, it } from '@jest/globals';

import type { AdminDatabase } from '../application/admin-database.js';
import type { Author } from '../domain/author.js';
import { AdminUseCases } from './admin-use-cases.js';
import { BUTTON, GREEN_BUTTON, PURCHASE_EVENT, PURCHASE_RATE } from './definitions.js';

/** What every {@link AdminDatabase} must do, seen through the use cases that stand on it. */
export function describeAdminDatabase(name: string, open: () => AdminDatabase): void {
  describe(name, () => {
    const button = { kind: 'flag', project: 'shop', environment: undefined, key: 'button' } as const;
    const purchaseRate = { kind: 'metric', project: 'shop', environment: undefined, key: 'purchase-rate' } as const;
    const creation = { ...button, definition: BUTTON, requestId: '' };
    let admin: AdminUseCases;

    beforeAll(() => {
      admin = new AdminUseCases(open());
    });

    const withFlag = async (): Promise<Author> => {
      const author = await admin.newOrganization();
      await admin.createResource.execute(author, creation);
      return author;
    };

    it('returns what was created', async () => {
      const author = await admin.newOrganization();

      const created = await admin.createResource.execute(author, creation);

      expect(await admin.getResource.execute(author, button)).toEqual(created);
    });

    it('refuses a second resource with the same key', async () => {
      const author = await withFlag();

      await expect(admin.createResource.execute(author, creation)).rejects.toMatchObject({
        code: 'ALREADY_EXISTS',
        message: expect.stringContaining('projects/shop/flags/button'),
      });
    });

    it('gives a new flag a disabled configuration in every environment', async () => {
      const author = await withFlag();

      for (const environment of ['production', 'development']) {
        const address = { kind: 'flagConfiguration', project: 'shop', environment, key: 'button' } as const;
        expect((await admin.getResource.execute(author, address)).definition.enabled).toBe(false);
      }
    });

    it('gives a new environment a configuration of every flag', async () => {
      const author = await withFlag();

      await admin.createEnvironment.execute(author, {
        project: 'shop',
        key: 'staging',
        displayName: '',
        requestId: '',
      });

      const address = { kind: 'flagConfiguration', project: 'shop', environment: 'staging', key: 'button' } as const;
      await expect(admin.getResource.execute(author, address)).resolves.toMatchObject({ key: 'button' });
    });

    it('hides an organization from every other', async () => {
      await withFlag();
      const stranger = await admin.newOrganization();

      await expect(admin.getResource.execute(stranger, button)).rejects.toMatchObject({ code: 'RESOURCE_NOT_FOUND' });
      await expect(admin.updateResource.execute(stranger, button, { owner: 'me' }, '')).rejects.toMatchObject({
        code: 'RESOURCE_NOT_FOUND',
      });
      await expect(admin.deleteResource.execute(stranger, button, '')).rejects.toMatchObject({
        code: 'RESOURCE_NOT_FOUND',
      });
    });

    it('returns the first result to a repeated creation and refuses other content', async () => {
      const author = await admin.newOrganization();
      const request = { ...creation, requestId: 'request-1' };
      const first = await admin.createResource.execute(author, request);

      await expect(admin.createResource.execute(author, request)).resolves.toEqual(first);
      await expect(
        admin.createResource.execute(author, { ...request, definition: { ...BUTTON, owner: 'other' } }),
      ).rejects.toMatchObject({ code: 'REQUEST_ID_REUSED' });
    });

    it('creates once when the same request arrives five times at once', async () => {
      const author = await admin.newOrganization();
      const request = { ...creation, requestId: 'request-1' };

      const results = await Promise.all(Array.from({ length: 5 }, () => admin.createResource.execute(author, request)));

      expect(new Set(results.map(({ id }) => id)).size).toBe(1);
    });

    it('stores nothing of a write that fails late', async () => {
      const author = await withFlag();
      const before = await admin.listAuditEntries.execute(author, undefined, { size: 0, token: '' });

      const attempt = admin.writer.write(author, 'shop', (draft) => {
        draft.update(draft.require(button), { ...BUTTON, owner: 'half' });
        draft.create('experiment', 'broken', { ...GREEN_BUTTON, salt: 'x', flag: 'no-such-flag' });
      });

      await expect(attempt).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION' });
      expect((await admin.getResource.execute(author, button)).definition.owner).toBe('team-checkout');
      expect(await admin.listAuditEntries.execute(author, undefined, { size: 0, token: '' })).toEqual(before);
    });

    it('walks a list page by page, ordered by key', async () => {
      const author = await admin.newOrganization();
      for (const key of ['c', 'a', 'd', 'b', 'e']) {
        await admin.createResource.execute(author, { ...creation, key });
      }
      const list = { kind: 'flag', project: 'shop', environment: undefined, parent: 'projects/shop' } as const;

      const first = await admin.listResources.execute(author, list, { size: 3, token: '' });
      const second = await admin.listResources.execute(author, list, { size: 3, token: first.nextToken });

      expect([first, second].map(({ items }) => items.map(({ key }) => key).join(''))).toEqual(['abc', 'de']);
      expect(second.nextToken).toBe('');
    });

    it('refuses a page token of another list', async () => {
      const author = await withFlag();
      await admin.createResource.execute(author, { ...creation, key: 'other' });
      const list = { kind: 'flag', project: 'shop', environment: undefined, parent: 'projects/shop' } as const;
      const { nextToken: token } = await admin.listResources.execute(author, list, { size: 1, token: '' });

      await expect(
        admin.listResources.execute(author, { ...list, kind: 'metric' }, { size: 1, token }),
      ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field: 'page_token' }] });
    });

    it('audits every write with what was before and after, newest first', async () => {
      const author = await withFlag();
      await admin.updateResource.execute(author, button, { owner: 'team-design' }, '');

      const { items } = await admin.listAuditEntries.execute(author, 'projects/shop/flags/button', {
        size: 0,
        token: '',
      });

      expect(items).toMatchObject([
        {
          actor: 'test',
          action: 'flags.update',
          before: { owner: 'team-checkout' },
          after: { owner: 'team-design' },
        },
        { action: 'flags.create', before: undefined, after: { owner: 'team-checkout' } },
      ]);
    });

    it('keeps what is referred to', async () => {
      const author = await withFlag();
      await admin.createResource.execute(author, { ...purchaseRate, definition: PURCHASE_RATE, requestId: '' });
      await admin.createResource.execute(author, {
        ...button,
        kind: 'experiment',
        key: 'green-button',
        definition: GREEN_BUTTON,
        requestId: '',
      });

      for (const address of [purchaseRate, button]) {
        await expect(admin.deleteResource.execute(author, address, '')).rejects.toMatchObject({
          code: 'RESOURCE_IN_USE',
          message: expect.stringContaining('projects/shop/experiments/green-button'),
        });
      }
    });

    it('keeps every version of an event definition, newest first, also of a deleted one', async () => {
      const author = await admin.newOrganization();
      const purchase = { kind: 'eventDefinition', project: 'shop', environment: undefined, key: 'purchase' } as const;
      await admin.createResource.execute(author, { ...purchase, definition: PURCHASE_EVENT, requestId: '' });
      await admin.updateResource.execute(author, purchase, { owner: 'second' }, '');
      await admin.updateResource.execute(author, purchase, { owner: 'third' }, '');
      await admin.deleteResource.execute(author, purchase, '');

      const first = await admin.listEventDefinitionVersions.execute(author, purchase, { size: 2, token: '' });
      const rest = await admin.listEventDefinitionVersions.execute(author, purchase, {
        size: 2,
        token: first.nextToken,
      });

      const shown = [...first.items, ...rest.items].map(({ version, definition }) => [version, definition.owner]);
      expect(shown).toEqual([
        [3, 'third'],
        [2, 'second'],
        [1, 'team-checkout'],
      ]);
      expect(rest.nextToken).toBe('');
    });

    it('deletes a flag with its configurations', async () => {
      const author = await withFlag();

      await admin.deleteResource.execute(author, button, '');

      const address = { kind: 'flagConfiguration', project: 'shop', environment: 'production', key: 'button' } as const;
      await expect(admin.getResource.execute(author, address)).rejects.toMatchObject({ code: 'RESOURCE_NOT_FOUND' });
    });

    it('revokes an API key once and shows it in the list', async () => {
      const author = await admin.newOrganization();
      const { key, credential } = await admin.createApiKey.execute(author, {
        kind: 'server',
        displayName: 'backend',
        environment: 'projects/shop/environments/production',
        expiresAt: undefined,
      });

      const revoked = await admin.revokeApiKey.execute(author, key.selector);

      expect(credential).toMatch(new RegExp(`^sor_server_${key.selector}_[\\w-]{43}$`));
      expect(await admin.revokeApiKey.execute(author, key.selector)).toEqual(revoked);
      const { items } = await admin.listApiKeys.execute(author, { size: 0, token: '' });
      expect(items.filter(({ revokedAt }) => revokedAt).map(({ selector }) => selector)).toEqual([key.selector]);
    });
  });
}
