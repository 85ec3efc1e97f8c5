import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { quarantine } from '@sortition/contracts';

import { CurrentPrincipal } from '../../../../runtime/auth/current-principal.js';
import type { Principal } from '../../../../runtime/auth/principal.js';
import { EVENT_DEFINITION_CATALOG, type EventDefinitionCatalog } from '../../../admin/index.js';
import { ListQuarantinedEvents } from '../../application/list-quarantined-events.js';
import type { QuarantineScope } from '../../application/quarantine-store.js';
import { ReplayQuarantinedEvents } from '../../application/replay-quarantined-events.js';
import { isReplayedOf, quarantinedEventMessage, quarantineFilterOf, replayPositionOf } from './quarantine.mapper.js';

/** The RPCs of QuarantineService. */
@Controller()
export class QuarantineGrpc {
  constructor(
    @Inject(EVENT_DEFINITION_CATALOG) private readonly catalog: EventDefinitionCatalog,
    @Inject(ListQuarantinedEvents) private readonly list: ListQuarantinedEvents,
    @Inject(ReplayQuarantinedEvents) private readonly replay: ReplayQuarantinedEvents,
  ) {}

  @GrpcMethod('QuarantineService', 'ListQuarantinedEvents')
  async listQuarantinedEvents(
    @Payload() request: quarantine.ListQuarantinedEventsRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<quarantine.ListQuarantinedEventsResponse> {
    const { parent, pageSize: size, pageToken: token } = request;
    const list = { parent, filter: quarantineFilterOf(request.filter), isReplayed: isReplayedOf(request.state) };
    const page = await this.list.execute(await this.scopeOf(principal, parent), list, { size, token });
    return { events: page.items.map(quarantinedEventMessage), nextPageToken: page.nextToken };
  }

  @GrpcMethod('QuarantineService', 'ReplayQuarantinedEvents')
  async replayQuarantinedEvents(
    @Payload() request: quarantine.ReplayQuarantinedEventsRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<quarantine.ReplayQuarantinedEventsResponse> {
    const filter = quarantineFilterOf(request.filter);
    const afterId = replayPositionOf(request.pageToken);
    const report = await this.replay.execute(await this.scopeOf(principal, request.parent), filter, afterId);
    return { replayedCount: report.replayed, failedCount: report.failed, nextPageToken: report.nextId };
  }

  private async scopeOf({ organizationId }: Principal, parent: string): Promise<QuarantineScope> {
    return { organizationId, environmentId: await this.catalog.findEnvironment(organizationId, parent) };
  }
}
