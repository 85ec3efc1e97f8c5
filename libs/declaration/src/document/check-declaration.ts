import type { CompileOptions } from '@sortition/evaluation';
import { DomainError, type FieldViolation, finished } from '@sortition/kernel';

import { checkReferences, checkSnapshots } from '../project/check-project.js';
import { ProjectDraft } from '../project/project-draft.js';
import { ResourceTable } from '../project/resource-table.js';
import { applyDeclaration } from './apply-declaration.js';
import type { Declaration } from './declaration.js';
import { parseDeclaration } from './parse-declaration.js';

export interface CheckOptions extends CompileOptions {
  /** Keys of the project's environments. */
  readonly environments: readonly string[];
  /** What the project holds already, as it was exported. Absent: nothing. */
  readonly base?: Declaration;
}

/**
 * Checks a declaration as the platform does before it stores anything, without one.
 *
 * @param document as it was read.
 * @returns what is wrong with it; empty when the platform would take it.
 */
export function checkDeclaration(
  document: unknown,
  { environments, base, ...options }: CheckOptions,
): readonly FieldViolation[] {
  const draft = emptyProject(environments);
  if (base) applyAll(draft, base);
  try {
    applyAll(draft, parseDeclaration(document));
    finished(checkReferences(draft, draft.changes()));
    checkSnapshots(draft, options);
    return [];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.violations;
  }
}

function applyAll(draft: ProjectDraft, declaration: Declaration): void {
  Array.from(applyDeclaration(draft, declaration));
}

function emptyProject(environments: readonly string[]): ProjectDraft {
  let made = 0;
  const newId = (): string => `00000000-0000-7000-8000-${String((made += 1)).padStart(12, '0')}`;
  const createdAt = new Date(0);
  const project = { id: newId(), key: 'project', displayName: '', createdAt };
  const places = environments.map((key) => ({
    id: newId(),
    projectId: project.id,
    key,
    displayName: key,
    revision: 0,
    createdAt,
  }));
  return new ProjectDraft(project, places, new ResourceTable([]), {
    now: 0,
    newId,
    newSalt: () => `salt-${String((made += 1))}`,
  });
}
