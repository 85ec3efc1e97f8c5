import type { Check } from './check.js';
import { eventLogHistory } from './checks/event-log-history.js';
import { flagdTranslation } from './checks/flagd-translation.js';
import { ingestQueue } from './checks/ingest-queue.js';
import { lateEvents } from './checks/late-events.js';
import { loaderFailures } from './checks/loader-failures.js';
import { loaderLag } from './checks/loader-lag.js';
import { quarantinedEvents } from './checks/quarantined-events.js';
import { readiness } from './checks/readiness.js';
import { refusedBatches } from './checks/refused-batches.js';
import { rejectedEvents } from './checks/rejected-events.js';
import { repeatedEvents } from './checks/repeated-events.js';
import { unrecordedExposures } from './checks/unrecorded-exposures.js';
import { warehouse } from './checks/warehouse.js';

/** Everything that `sortition doctor` looks at, in the order in which it is shown. */
export const CHECKS: readonly Check[] = [
  readiness,
  loaderLag,
  loaderFailures,
  eventLogHistory,
  warehouse,
  ingestQueue,
  refusedBatches,
  rejectedEvents,
  quarantinedEvents,
  repeatedEvents,
  lateEvents,
  unrecordedExposures,
  flagdTranslation,
];
