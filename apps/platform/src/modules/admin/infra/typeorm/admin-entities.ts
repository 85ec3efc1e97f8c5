import { ApiKeyEntity } from './api-key.entity.js';
import { AuditEntryEntity } from './audit-entry.entity.js';
import { EnvironmentDeltaEntity } from './environment-delta.entity.js';
import { EnvironmentSnapshotEntity } from './environment-snapshot.entity.js';
import { EnvironmentEntity } from './environment.entity.js';
import { EventDefinitionVersionEntity } from './event-definition-version.entity.js';
import { ProjectEntity } from './project.entity.js';
import { ResourceEntity } from './resource.entity.js';

/** Every table of the admin module that is mapped to a class. */
export const ADMIN_ENTITIES = [
  ApiKeyEntity,
  AuditEntryEntity,
  EnvironmentDeltaEntity,
  EnvironmentSnapshotEntity,
  EnvironmentEntity,
  EventDefinitionVersionEntity,
  ProjectEntity,
  ResourceEntity,
];
