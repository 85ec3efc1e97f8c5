import { type DynamicModule, Module } from '@nestjs/common';

import type { Role } from './runtime/config/platform-options.js';
import type { Entities } from './runtime/database/app-data-source.js';
import { RuntimeModule, type RuntimeParts } from './runtime/runtime.module.js';

/** Entities of all modules, for the one pool. */
export const ENTITIES: Entities = [];

/** The composition root: which modules a process runs, and what they are given. */
@Module({})
export class AppModule {
  static forRoles(_roles: readonly Role[], parts: RuntimeParts): DynamicModule {
    return { module: AppModule, imports: [RuntimeModule.forRoot(parts)] };
  }
}
