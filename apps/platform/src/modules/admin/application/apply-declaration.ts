import { Injectable } from '@nestjs/common';
import {
  applyDeclaration,
  parseDeclarationInSteps,
  type PlannedChange,
  type ProjectDraft,
} from '@sortition/declaration';
import type { Steps } from '@sortition/kernel';

import { inTurns } from '../../../runtime/in-turns.js';
import type { Author } from '../domain/author.js';
import { ProjectWriter, type WriteWatch } from './project-writer.js';

export interface DeclarationRequest {
  /** Key of the project. */
  readonly project: string;
  /** The document as it came. */
  readonly document: unknown;
  /** `rehearse` computes the plan and stores nothing. */
  readonly mode: 'apply' | 'rehearse';
}

@Injectable()
export class ApplyDeclaration {
  constructor(private readonly writer: ProjectWriter) {}

  /**
   * @returns the plan, in the order of application.
   * @throws DomainError INVALID_CONFIGURATION naming paths and values, RESOURCE_NOT_FOUND, INVALID_STATE, LAYER_FULL.
   */
  async execute(
    author: Author,
    { project, document, mode }: DeclarationRequest,
    watch: WriteWatch = {},
  ): Promise<readonly PlannedChange[]> {
    const declaration = await inTurns(parseDeclarationInSteps(document), watch.signal);
    const work = (draft: ProjectDraft): Promise<readonly PlannedChange[]> =>
      inTurns(linesOf(applyDeclaration(draft, declaration)), watch.signal);
    if (mode === 'rehearse') return this.writer.rehearse(author, project, work);
    return this.writer.write(author, project, work, watch);
  }
}

function* linesOf(changes: Iterable<PlannedChange>): Steps<readonly PlannedChange[]> {
  const plan: PlannedChange[] = [];
  for (const line of changes) {
    plan.push(line);
    yield;
  }
  return plan;
}
