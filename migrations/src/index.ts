import type { MigrationInterface } from 'typeorm';

import { CreateTenancy1764000000001 } from './0001-create-tenancy.js';

/** Every migration, in the order in which they run. */
export const MIGRATIONS: readonly (new () => MigrationInterface)[] = [CreateTenancy1764000000001];
