import { once } from 'node:events';
import { createReadStream } from 'node:fs';

import type { ServerWritableStream } from '@grpc/grpc-js';
import { Controller, Inject, type OnModuleInit } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { eventsData } from '@sortition/contracts';
import { DomainError } from '@sortition/kernel';

import { CurrentPrincipal } from '../../../../runtime/auth/current-principal.js';
import type { Principal } from '../../../../runtime/auth/principal.js';
import { NATIVE_GRPC_REGISTRY, type NativeGrpcRegistry } from '../../../../runtime/grpc/native-grpc.js';
import { whenCallEnds } from '../../../../runtime/grpc/when-call-ends.js';
import { EVENT_DEFINITION_CATALOG, type EventDefinitionCatalog } from '../../../admin/index.js';
import { EraseUnit } from '../../application/erase-unit.js';
import { type ExportedTable, ExportEvents } from '../../application/export-events.js';

const CHUNK_BYTES = 256 * 1024;

type ExportCall = ServerWritableStream<eventsData.ExportEventsRequest, eventsData.ExportEventsResponse>;

/** The RPCs of DataService. */
@Controller()
export class DataGrpc implements OnModuleInit {
  constructor(
    @Inject(NATIVE_GRPC_REGISTRY) private readonly registry: NativeGrpcRegistry,
    @Inject(EVENT_DEFINITION_CATALOG) private readonly catalog: EventDefinitionCatalog,
    @Inject(EraseUnit) private readonly erase: EraseUnit,
    @Inject(ExportEvents) private readonly exportEvents: ExportEvents,
  ) {}

  onModuleInit(): void {
    this.registry.serverStream<eventsData.ExportEventsRequest, eventsData.ExportEventsResponse>(
      '/sortition.events.v1.DataService/ExportEvents',
      (call, principal) => this.send(call, principal),
    );
  }

  @GrpcMethod('DataService', 'EraseUnit')
  async eraseUnit(
    @Payload() { parent, unit }: eventsData.EraseUnitRequest,
    @CurrentPrincipal() { organizationId, keySelector }: Principal,
  ): Promise<eventsData.EraseUnitResponse> {
    const environmentId = await this.catalog.findEnvironment(organizationId, parent);
    const { digest, stores } = await this.erase.execute({
      subject: { organizationId, environmentId, unit },
      environment: parent,
      actor: `apiKeys/${keySelector}`,
    });
    return {
      unitDigest: digest,
      stores: stores.map(({ store, erased, remaining }) => ({
        store,
        erasedCount: erased,
        remainingCount: remaining,
      })),
    };
  }

  private async send(call: ExportCall, { organizationId }: Principal): Promise<void> {
    const { parent, table, receivedFrom, receivedBefore } = call.request;
    const environmentId = await this.catalog.findEnvironment(organizationId, parent);
    const order = { environmentId, table: tableOf(table), receivedFrom, receivedBefore };
    const file = await this.exportEvents.execute(order);
    try {
      await sendFile(call, file.path);
    } finally {
      await file.remove();
    }
  }
}

/** Reads on only as far as the caller has taken what was sent. */
async function sendFile(call: ExportCall, path: string): Promise<void> {
  const gone = new AbortController();
  whenCallEnds(call, () => {
    gone.abort();
  });
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES, signal: gone.signal })) {
      if (!call.write({ chunk: chunk as Buffer })) await once(call, 'drain', { signal: gone.signal });
    }
    call.end();
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  }
}

function tableOf(table: eventsData.ExportedTable): ExportedTable {
  switch (table) {
    case eventsData.ExportedTable.EXPOSURES:
      return 'exposures';
    case eventsData.ExportedTable.EVENTS:
      return 'events';
    default:
      throw new DomainError('invalid', 'INVALID_ARGUMENT', 'table is missing: set exposures or events.', {
        violations: [{ field: 'table', description: 'is missing: set exposures or events' }],
      });
  }
}
