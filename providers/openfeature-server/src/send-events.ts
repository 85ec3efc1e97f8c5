import { events } from '@sortition/contracts';
import type { OutgoingEvent, SendEvents } from '@sortition/openfeature-core';

import type { EventsLostReason, OnEventsLost } from './events-lost.js';
import { failureDetailsOf } from './failure-details.js';
import { pause } from './pause.js';
import type { PlatformClient } from './platform-client.js';
import { isRetryable, messageOf } from './rpc-failure.js';

const TIMEOUT_MS = 10_000;
/** What the platform reads at most; more is not even sent. */
const MAX_REQUEST_BYTES = 4 * 1024 * 1024;
const LONGEST_DELAY_MS = 3_600_000;

const LOST_BY_STATUS: ReadonlyMap<events.EventStatus, EventsLostReason> = new Map([
  [events.EventStatus.REJECTED, 'rejected'],
  [events.EventStatus.QUARANTINED, 'quarantined'],
]);

/**
 * Sends batches by PublishEvents. A batch that is to be sent again is answered no sooner than the platform wants it
 * back.
 */
export function sendEventsOver(client: PlatformClient, onEventsLost: OnEventsLost): SendEvents {
  return async (batch, signal) => {
    const request = events.PublishEventsRequest.encode({ events: batch.map(eventOf), sentAt: new Date() }).finish();
    if (request.length > MAX_REQUEST_BYTES) return 'too-large';
    try {
      const { results } = await client.publishEvents(request, TIMEOUT_MS, signal);
      reportLost(results, onEventsLost);
      return 'done';
    } catch (error) {
      const { reason, retryAfterMs = 0 } = failureDetailsOf(error);
      if (reason === 'MESSAGE_TOO_LARGE') return 'too-large';
      if (isRetryable(error)) {
        await pause(Math.min(retryAfterMs, LONGEST_DELAY_MS), signal);
        return 'retry';
      }
      onEventsLost('refused', batch.length, messageOf(error));
      return 'done';
    }
  };
}

function reportLost(results: readonly events.EventResult[], onEventsLost: OnEventsLost): void {
  for (const [status, reason] of LOST_BY_STATUS) {
    const lost = results.filter((result) => result.status === status);
    const [first] = lost;
    if (first) onEventsLost(reason, lost.length, `${first.reason}: ${first.message}`);
  }
}

function eventOf({ id, time, payload }: OutgoingEvent): events.Event {
  if (payload.kind === 'exposure') return { id, time, payload: { $case: 'exposure', value: payload.exposure } };
  const { name, units, value, properties } = payload.tracked;
  return { id, time, payload: { $case: 'tracked', value: { name, units: { ...units }, value, properties } } };
}
