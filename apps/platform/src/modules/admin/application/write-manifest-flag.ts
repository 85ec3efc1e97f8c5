import { requireKey } from '@sortition/declaration';
import { Injectable } from '@nestjs/common';
import type { JsonValue } from '@sortition/kernel';

import type { Author } from '../domain/author.js';
import {
  createManifestFlag,
  type ManifestFlag,
  type ManifestFlagChanges,
  updateManifestFlag,
} from '../domain/manifest-flag.js';
import { ProjectWriter } from './project-writer.js';

/** The environment whose default value is meant. */
export interface ManifestPlace {
  readonly project: string;
  readonly environment: string;
}

/** Writes one flag as a manifest describes it. */
@Injectable()
export class WriteManifestFlag {
  constructor(private readonly writer: ProjectWriter) {}

  /** @throws DomainError INVALID_ARGUMENT, ALREADY_EXISTS, RESOURCE_NOT_FOUND, INVALID_CONFIGURATION. */
  create(
    author: Author,
    { project, environment }: ManifestPlace,
    flag: ManifestFlagChanges & { readonly defaultValue: JsonValue },
  ): Promise<ManifestFlag> {
    requireKey(flag.key, 'key');
    return this.writer.write(author, project, (draft) => createManifestFlag(draft, environment, flag));
  }

  /** @throws DomainError RESOURCE_NOT_FOUND, INVALID_STATE for another type, INVALID_CONFIGURATION. */
  update(author: Author, { project, environment }: ManifestPlace, flag: ManifestFlagChanges): Promise<ManifestFlag> {
    return this.writer.write(author, project, (draft) => updateManifestFlag(draft, environment, flag));
  }
}
