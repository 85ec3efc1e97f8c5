export { AuditTrailModule } from './audit-trail.module.js';
export { AdminModule } from './admin.module.js';
export { CreateStarter } from './application/create-starter.js';
export { EnsureOperatorToken } from './application/ensure-operator-token.js';
export { EVENT_DEFINITION_CATALOG } from './application/event-definition-catalog.js';
export type {
  DescribedEvent,
  DescribedProject,
  EventDefinitionCatalog,
  LocatedEnvironment,
} from './application/event-definition-catalog.js';
export { EXPERIMENT_CATALOG } from './application/experiment-catalog.js';
export type { AnalyzedExperiment, AnalyzedMetric, ExperimentCatalog } from './application/experiment-catalog.js';
export { RecordAuditEntry } from './application/record-audit-entry.js';
export { readPage } from './application/page.js';
export type { Cursors, Page, PageRequest } from './application/page.js';
export { SNAPSHOT_FEED } from './application/snapshot-feed.js';
export type { SnapshotFeed } from './application/snapshot-feed.js';
export { compileEventSchema } from '@sortition/declaration';
export type { EventSchema } from '@sortition/declaration';
export type { EventDefinition } from '@sortition/declaration';
export { EventDefinitionCatalogModule } from './event-definition-catalog.module.js';
export { ExperimentCatalogModule } from './experiment-catalog.module.js';
export { SnapshotFeedModule } from './snapshot-feed.module.js';
export type { PublishedDelta, PublishedSnapshot } from './domain/published-snapshot.js';
export { ADMIN_ENTITIES } from './infra/typeorm/admin-entities.js';
