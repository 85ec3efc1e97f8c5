import type { MigrationInterface } from 'typeorm';

import { CreateTenancy1764000000001 } from './0001-create-tenancy.js';
import { CreateEventLog1764000000010 } from './0010-create-event-log.js';
import { CreateResultSnapshot1764000000011 } from './0011-create-result-snapshot.js';

/** Every migration, in the order in which they run. */
export const MIGRATIONS: readonly (new () => MigrationInterface)[] = [
  CreateTenancy1764000000001,
  CreateEventLog1764000000010,
  CreateResultSnapshot1764000000011,
];
