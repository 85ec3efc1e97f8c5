import {
  nameOf,
  pluralOf,
  type Resource,
  type ResourceChange,
  type ResourceKind,
  typeOfKind,
  withoutSecrets,
} from '@sortition/declaration';

import type { NewAuditEntry } from './audit-entry.js';
import type { Author } from './author.js';

/** How a change of a resource appears in the audit trail. */
export function auditEntryOf(author: Author, { before, after }: ResourceChange): NewAuditEntry {
  const resource = after ?? before;
  if (!resource) throw new Error('A change has a state before or after.');
  return {
    actor: author.actor,
    action: `${pluralOf(resource.kind)}.${verbOf(before, after)}`,
    resource: nameOf(resource),
    before: before && withoutSecrets(before.kind, before.definition),
    after: after && withoutSecrets(after.kind, after.definition),
  };
}

function verbOf(before: Resource<ResourceKind> | undefined, after: Resource<ResourceKind> | undefined): string {
  if (!before) return 'create';
  if (!after) return 'delete';
  return typeOfKind(before.kind).verbOf?.(before.definition, after.definition) ?? 'update';
}
