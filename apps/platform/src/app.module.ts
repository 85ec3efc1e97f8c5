import { type DynamicModule, Module, type Type } from '@nestjs/common';

import { ADMIN_ENTITIES, AdminModule } from './modules/admin/index.js';
import { AssignmentModule } from './modules/assignment/index.js';
import {
  EVENTS_ENTITIES,
  EventDataModule,
  EventIntakeModule,
  EventLoadingModule,
  EventsModule,
  QuarantineModule,
} from './modules/events/index.js';
import { METRICS_ENTITIES, MetricsModule } from './modules/metrics/index.js';
import type { Role } from './runtime/config/platform-options.js';
import type { Entities } from './runtime/database/app-data-source.js';
import { RuntimeModule, type RuntimeParts } from './runtime/runtime.module.js';

/** Entities of all modules, for the one pool. */
export const ENTITIES: Entities = [...ADMIN_ENTITIES, ...EVENTS_ENTITIES, ...METRICS_ENTITIES];

const MODULES_OF_ROLE: Readonly<Record<Role, readonly Type[]>> = {
  admin: [AdminModule],
  // What it records goes into the log.
  assignment: [AssignmentModule, EventIntakeModule],
  events: [EventsModule, EventLoadingModule, EventDataModule, QuarantineModule],
  metrics: [MetricsModule],
};

/** The composition root: which modules a process runs, and what they are given. */
@Module({})
export class AppModule {
  static forRoles(roles: readonly Role[], parts: RuntimeParts): DynamicModule {
    const modules = new Set(roles.flatMap((role) => MODULES_OF_ROLE[role]));
    return { module: AppModule, imports: [RuntimeModule.forRoot(parts), ...modules] };
  }
}
