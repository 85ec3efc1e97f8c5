import { Module } from '@nestjs/common';

import { ListQuarantinedEvents } from './application/list-quarantined-events.js';
import { ReplayQuarantinedEvents } from './application/replay-quarantined-events.js';
import { EventDefinitionsModule } from './event-definitions.module.js';
import { EventLogModule } from './event-log.module.js';
import { QuarantineGrpc } from './transport/grpc/quarantine.grpc.js';

/** Shows and replays quarantined events. */
@Module({
  imports: [EventDefinitionsModule, EventLogModule],
  controllers: [QuarantineGrpc],
  providers: [ListQuarantinedEvents, ReplayQuarantinedEvents],
})
export class QuarantineModule {}
