import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import type { PlatformOptions } from './runtime/config/platform-options.js';
import type { TypeormTenantDatabase } from './runtime/database/typeorm-tenant-database.js';
import type { Starter } from './runtime/platform.js';

export async function ensureStarter(
  _app: NestFastifyApplication,
  _options: PlatformOptions,
  _database: TypeormTenantDatabase,
): Promise<Starter> {
  return { organization: 'starter', project: 'starter', environment: 'production', keys: undefined };
}
