import type { MigrationInterface } from 'typeorm';

import { CreateTenancy1764000000001 } from './0001-create-tenancy.js';
import { CreateResources1764000000002 } from './0002-create-resources.js';
import { CreateEnvironmentSnapshots1764000000003 } from './0003-create-environment-snapshots.js';
import { CreateEventLog1764000000010 } from './0010-create-event-log.js';
import { CreateResultSnapshot1764000000011 } from './0011-create-result-snapshot.js';
import { CreateEventSegments1764000000012 } from './0012-create-event-segments.js';
import { CreateEventLogFunctions1764000000013 } from './0013-create-event-log-functions.js';
import { CreateEventDefinitions1764000000015 } from './0015-create-event-definitions.js';
import { CreateQuarantinedEvents1764000000016 } from './0016-create-quarantined-events.js';
import { AddOrganizationEventQuota1764000000017 } from './0017-add-organization-event-quota.js';
import { EraseUnitsOfEventLog1764000000018 } from './0018-erase-units-of-event-log.js';
import { CreateStickyAssignments1764000000020 } from './0020-create-sticky-assignments.js';
import { PurgeQuarantinedEvents1764000000021 } from './0021-purge-quarantined-events.js';
import { CreateEventLogIncarnations1764000000022 } from './0022-create-event-log-incarnations.js';
import { AddProjectState1764000000023 } from './0023-add-project-state.js';
import { CreateOperators1764000000024 } from './0024-create-operators.js';
import { CreateWebhookOutbox1764000000025 } from './0025-create-webhook-outbox.js';

/** Every migration, in the order in which they run. */
export const MIGRATIONS: readonly (new () => MigrationInterface)[] = [
  CreateTenancy1764000000001,
  CreateResources1764000000002,
  CreateEnvironmentSnapshots1764000000003,
  CreateEventLog1764000000010,
  CreateResultSnapshot1764000000011,
  CreateEventSegments1764000000012,
  CreateEventLogFunctions1764000000013,
  CreateEventDefinitions1764000000015,
  CreateQuarantinedEvents1764000000016,
  AddOrganizationEventQuota1764000000017,
  EraseUnitsOfEventLog1764000000018,
  CreateStickyAssignments1764000000020,
  PurgeQuarantinedEvents1764000000021,
  CreateEventLogIncarnations1764000000022,
  AddProjectState1764000000023,
  CreateOperators1764000000024,
  CreateWebhookOutbox1764000000025,
];
