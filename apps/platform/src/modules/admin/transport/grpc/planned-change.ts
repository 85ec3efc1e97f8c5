import { adminDeclarations } from '@sortition/contracts';
import type { PlannedChange } from '@sortition/declaration';

import type { EnumTable } from './enum-value.js';

const { ChangeAction } = adminDeclarations;

const ACTIONS: EnumTable<PlannedChange['action'], adminDeclarations.ChangeAction> = {
  create: ChangeAction.CREATE,
  update: ChangeAction.UPDATE,
  none: ChangeAction.NONE,
};

/** One line of a plan on the wire. */
export function plannedChange({ action, resource, fields }: PlannedChange): adminDeclarations.Change {
  return { action: ACTIONS[action], resource, fields: [...fields] };
}
