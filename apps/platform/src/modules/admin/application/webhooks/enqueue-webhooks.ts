import { isToldOf, type ProjectDraft, type ResourceChange } from '@sortition/declaration';

import { auditEntryOf } from '../../domain/audit-change.js';
import type { Author } from '../../domain/author.js';
import type { AdminSession } from '../admin-database.js';
import type { Identity } from '../identity.js';

/** Changes that one message tells of. */
const CHANGES_IN_MESSAGE = 100;

interface ToldChange {
  readonly action: string;
  /** Resource name. */
  readonly resource: string;
}

/** Stores the messages that tell of changes, in the transaction of the changes. */
export async function enqueueWebhooks(
  session: AdminSession,
  author: Author,
  draft: ProjectDraft,
  changes: readonly ResourceChange[],
  identity: Identity,
): Promise<void> {
  const webhooks = draft.all('webhook').filter(({ definition }) => definition.enabled);
  if (webhooks.length === 0 || changes.length === 0) return;
  const told = changes.map((change): ToldChange => {
    const { action, resource } = auditEntryOf(author, change);
    return { action, resource };
  });
  for (const { id, key, definition } of webhooks) {
    const wanted = told.filter(({ action }) => isToldOf(definition, action));
    if (wanted.length === 0) continue;
    const messages = chunksOf(wanted).map((chunk) => ({
      id: identity.newId(),
      body: bodyOf(author, draft, chunk),
    }));
    const { organization, organizationId } = author;
    const address = { webhookId: id, organizationId, organization, project: draft.project.key, webhook: key };
    await session.webhooks.enqueue(address, messages);
  }
}

function bodyOf({ organization, actor }: Author, { project, sources }: ProjectDraft, changes: readonly ToldChange[]) {
  return JSON.stringify({
    type: 'configuration.changed',
    timestamp: new Date(sources.now).toISOString(),
    data: { organization, project: `projects/${project.key}`, actor, changes },
  });
}

function chunksOf(changes: readonly ToldChange[]): readonly (readonly ToldChange[])[] {
  const count = Math.ceil(changes.length / CHANGES_IN_MESSAGE);
  return Array.from({ length: count }, (_, index) =>
    changes.slice(index * CHANGES_IN_MESSAGE, (index + 1) * CHANGES_IN_MESSAGE),
  );
}
