import { Inject, Injectable } from '@nestjs/common';

import type { TrackedPayload } from '../domain/event-payload.js';
import { judgeEvent } from '../domain/judge-event.js';
import { EVENT_DEFINITIONS, type EnvironmentRules, type EventDefinitions } from './event-definitions.js';
import type { LogRecord } from './event-log.js';
import type { EventScreening } from './event-screening.js';
import { quarantineTelemetry } from './events-telemetry.js';
import { type NewQuarantinedEvent, QUARANTINE_STORE, type QuarantineStore } from './quarantine-store.js';

/** Judges the records of the log by the definitions of the moment. */
@Injectable()
export class ScreenByDefinition implements EventScreening {
  constructor(
    @Inject(EVENT_DEFINITIONS) private readonly definitions: EventDefinitions,
    @Inject(QUARANTINE_STORE) private readonly store: QuarantineStore,
  ) {}

  async screen(records: readonly LogRecord[]): Promise<readonly LogRecord[]> {
    const tracked = records.filter(({ kind }) => kind === 'tracked');
    if (tracked.length === 0) return records;
    const rules = await this.definitions.current([...new Set(tracked.map(({ environmentId }) => environmentId))]);
    const refused = new Map<LogRecord, NewQuarantinedEvent>();
    for (const record of tracked) {
      const event = quarantinedOf(record, rules.get(record.environmentId));
      if (event) refused.set(record, event);
    }
    quarantineTelemetry.checked.add(tracked.length);
    if (refused.size === 0) return records;
    for (const reason of await this.store.keep([...refused.values()]))
      quarantineTelemetry.quarantined.add(1, { reason });
    return records.filter((record) => !refused.has(record));
  }

  replaysEnded(): Promise<void> {
    return this.store.replaysEnded();
  }
}

function quarantinedOf(record: LogRecord, environment: EnvironmentRules | undefined): NewQuarantinedEvent | undefined {
  if (!environment) return undefined;
  // The log holds only payloads that were checked on their way in.
  const payload = record.payload as TrackedPayload;
  const verdict = judgeEvent(environment.rules, { kind: 'tracked', tracked: payload });
  if (!verdict) return undefined;
  const { environmentId, eventId, timeMicros, receivedMicros } = record;
  const { organizationId } = environment;
  return { organizationId, environmentId, eventId, timeMicros, receivedMicros, payload, verdict };
}
