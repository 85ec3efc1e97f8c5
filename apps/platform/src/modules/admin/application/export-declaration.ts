import { Injectable } from '@nestjs/common';
import { type Declaration, declareProject } from '@sortition/declaration';

import type { Author } from '../domain/author.js';
import { ProjectWriter } from './project-writer.js';

@Injectable()
export class ExportDeclaration {
  constructor(private readonly writer: ProjectWriter) {}

  /** @throws DomainError RESOURCE_NOT_FOUND */
  execute(author: Author, project: string): Promise<Declaration> {
    return this.writer.rehearse(author, project, declareProject);
  }
}
