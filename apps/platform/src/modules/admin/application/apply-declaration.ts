import { Injectable } from '@nestjs/common';
import { applyDeclaration, parseDeclaration, type PlannedChange } from '@sortition/declaration';

import type { Author } from '../domain/author.js';
import { ProjectWriter } from './project-writer.js';

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
  async execute(author: Author, { project, document, mode }: DeclarationRequest): Promise<readonly PlannedChange[]> {
    const declaration = parseDeclaration(document);
    return this.writer[mode === 'apply' ? 'write' : 'rehearse'](author, project, (draft) =>
      applyDeclaration(draft, declaration),
    );
  }
}
