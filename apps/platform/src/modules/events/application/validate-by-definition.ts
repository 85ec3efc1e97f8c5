import { Inject, Injectable } from '@nestjs/common';

import type { EventPayload } from '../domain/event-payload.js';
import { judgeEvent } from '../domain/judge-event.js';
import type { QuarantineVerdict } from '../domain/quarantine-verdict.js';
import { EVENT_DEFINITIONS, type EventDefinitions } from './event-definitions.js';
import type { EventValidation } from './event-validation.js';

/** Ingest's early word on an event, from the definitions in memory. */
@Injectable()
export class ValidateByDefinition implements EventValidation {
  constructor(@Inject(EVENT_DEFINITIONS) private readonly definitions: EventDefinitions) {}

  check(environmentId: string, payload: EventPayload): QuarantineVerdict | undefined {
    const rules = this.definitions.known(environmentId);
    return rules && judgeEvent(rules, payload);
  }
}
