import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@sortition/kernel';

import { type Cursors, type Page, type PageRequest, readPage } from '../../admin/index.js';
import { withoutPersonalData } from '../domain/event-rules.js';
import { EVENT_DEFINITIONS, type EventDefinitions } from './event-definitions.js';
import {
  QUARANTINE_STORE,
  type QuarantinedEvent,
  type QuarantineFilter,
  type QuarantineScope,
  type QuarantineStore,
} from './quarantine-store.js';

export interface QuarantineList {
  /** Names the list, for its page tokens. */
  readonly parent: string;
  readonly filter: QuarantineFilter;
  /** Undefined: whatever became of them. */
  readonly isReplayed: boolean | undefined;
}

const BY_RECEIPT: Cursors<QuarantinedEvent> = {
  of: ({ receivedMicros, eventId }) => `${receivedMicros} ${eventId}`,
  form: /^\d{1,16} [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
};

/** Shows quarantined events without what their definition marks as personal data. */
@Injectable()
export class ListQuarantinedEvents {
  constructor(
    @Inject(QUARANTINE_STORE) private readonly store: QuarantineStore,
    @Inject(EVENT_DEFINITIONS) private readonly definitions: EventDefinitions,
  ) {}

  /** Those received last first. @throws DomainError INVALID_ARGUMENT, DATABASE_UNAVAILABLE. */
  async execute(
    scope: QuarantineScope,
    { parent, filter, isReplayed }: QuarantineList,
    request: PageRequest,
  ): Promise<Page<QuarantinedEvent>> {
    const rules = (await this.definitions.current([scope.environmentId])).get(scope.environmentId)?.rules;
    const page = await readPage<QuarantinedEvent>(
      `${parent}/quarantinedEvents`,
      request,
      BY_RECEIPT,
      ({ after, limit }) => this.store.list(scope, { filter, isReplayed, after: positionOf(after), limit }),
    );
    const shown = (event: QuarantinedEvent): QuarantinedEvent => {
      const known = rules?.events.get(event.payload.name);
      if (!known) return event;
      const properties: JsonObject = withoutPersonalData(known, event.payload.properties);
      return { ...event, payload: { ...event.payload, properties } };
    };
    return { items: page.items.map(shown), nextToken: page.nextToken };
  }
}

function positionOf(after: string | undefined): Pick<QuarantinedEvent, 'receivedMicros' | 'eventId'> | undefined {
  const [receivedMicros, eventId] = after?.split(' ') ?? [];
  return eventId === undefined ? undefined : { receivedMicros: Number(receivedMicros), eventId };
}
