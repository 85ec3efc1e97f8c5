import { Inject, Injectable } from '@nestjs/common';

import type { TrackedPayload } from '../domain/event-payload.js';
import { allowEverything } from '../domain/event-rules.js';
import { judgeEvent } from '../domain/judge-event.js';
import { EVENT_DEFINITIONS, type EventDefinitions } from './event-definitions.js';
import type { EventValidation, Judge } from './event-validation.js';

/** Ingest's early word on an event, from the definitions in memory. */
@Injectable()
export class ValidateByDefinition implements EventValidation {
  constructor(@Inject(EVENT_DEFINITIONS) private readonly definitions: EventDefinitions) {}

  judgeOf(environmentId: string): Judge | undefined {
    const rules = this.definitions.known(environmentId);
    if (!rules || allowEverything(rules)) return undefined;
    return ({ kind, payload }) =>
      kind === 'tracked' ? judgeEvent(rules, { kind, tracked: JSON.parse(payload) as TrackedPayload }) : undefined;
  }
}
