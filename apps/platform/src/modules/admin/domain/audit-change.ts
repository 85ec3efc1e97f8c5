import type { NewAuditEntry } from './audit-entry.js';
import type { Author } from './author.js';
import type { ResourceChange } from './project-draft.js';
import { nameOf, type AnyResource } from './resource.js';

/** How a change of a resource appears in the audit trail. */
export function auditEntryOf(author: Author, { before, after }: ResourceChange): NewAuditEntry {
  const resource = after ?? before;
  if (!resource) throw new Error('A change has a state before or after.');
  return {
    actor: author.actor,
    action: `${resource.kind.replace(/y$/, 'ie')}s.${verbOf(before, after)}`,
    resource: nameOf(resource),
    before: before?.definition,
    after: after?.definition,
  };
}

function verbOf(before: AnyResource | undefined, after: AnyResource | undefined): string {
  if (!before) return 'create';
  if (!after) return 'delete';
  if (before.kind !== 'experiment' || after.kind !== 'experiment') return 'update';
  if (before.definition.state === after.definition.state) return 'update';
  return after.definition.state === 'running' ? 'start' : 'end';
}
