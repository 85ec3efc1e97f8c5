import { Injectable } from '@nestjs/common';
import { applyDeclaration, parseDeclaration, type PlannedChange, type ProjectDraft } from '@sortition/declaration';

import type { Author } from '../domain/author.js';
import { pauses } from './pauses.js';
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
    const declaration = parseDeclaration(document);
    const work = async (draft: ProjectDraft): Promise<readonly PlannedChange[]> => {
      const pause = pauses();
      const plan: PlannedChange[] = [];
      for (const line of applyDeclaration(draft, declaration)) {
        plan.push(line);
        if (pause.isDue) await pause.take();
        watch.signal?.throwIfAborted();
      }
      return plan;
    };
    if (mode === 'rehearse') return this.writer.rehearse(author, project, work);
    return this.writer.write(author, project, work, watch);
  }
}
