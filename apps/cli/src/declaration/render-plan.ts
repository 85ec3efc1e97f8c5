import { adminDeclarations } from '@sortition/contracts';

/** What applying a declaration did, or would do. */
export interface Plan {
  readonly dryRun: boolean;
  readonly changes: readonly PlannedChange[];
}

export interface PlannedChange {
  readonly action: 'create' | 'update' | 'none';
  /** Resource name. */
  readonly resource: string;
  /** Fields that differ. */
  readonly fields: readonly string[];
}

export function planOf(changes: readonly adminDeclarations.Change[], dryRun: boolean): Plan {
  return {
    dryRun,
    changes: changes.map(({ action, resource, fields }) => ({ action: actionOf(action), resource, fields })),
  };
}

/** Writes a plan for a person: what is new, what differs and how much stays. */
export function renderPlan({ dryRun, changes }: Plan): string {
  const made = changes.filter(({ action }) => action !== 'none');
  const lines = made.map(
    ({ action, resource, fields }) =>
      `  ${action}  ${resource}${fields.length > 0 && action === 'update' ? `  (${fields.join(', ')})` : ''}`,
  );
  const unchanged = changes.length - made.length;
  const counts = `${made.length} ${dryRun ? 'to change' : 'changed'}, ${unchanged} unchanged.`;
  return [...lines, dryRun ? `Dry run, nothing was changed: ${counts}` : counts].join('\n');
}

function actionOf(action: adminDeclarations.ChangeAction): PlannedChange['action'] {
  switch (action) {
    case adminDeclarations.ChangeAction.CREATE:
      return 'create';
    case adminDeclarations.ChangeAction.UPDATE:
      return 'update';
    default:
      return 'none';
  }
}
