import type { EntitySchema } from 'typeorm';

export { EVENT_LOADER } from './application/event-loader.js';
export type { EventLoader, WarehouseState } from './application/event-loader.js';
export { EVENT_LOG } from './application/event-log.js';
export type { EventLog } from './application/event-log.js';
export { EventDataModule } from './event-data.module.js';
export { EventIntakeModule } from './event-intake.module.js';
export { EventLoadingModule } from './event-loading.module.js';
export { EventsModule } from './events.module.js';
export { QuarantineModule } from './quarantine.module.js';

/** None: the log is written and read in bulk, by statements of its own. */
export const EVENTS_ENTITIES: readonly ((new () => object) | EntitySchema)[] = [];
