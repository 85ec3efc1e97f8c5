import type { events } from '@sortition/contracts';
import type { OutgoingEvent, SendEvents } from '@sortition/openfeature-core';

import type { PlatformClient } from './platform-client.js';
import { isRetryable } from './rpc-failure.js';

const TIMEOUT_MS = 10_000;

/** Sends batches by PublishEvents. */
export function sendEventsOver(client: PlatformClient): SendEvents {
  return async (batch, signal) => {
    try {
      await client.publishEvents({ events: batch.map(messageOf), sentAt: new Date() }, TIMEOUT_MS, signal);
      return 'done';
    } catch (error) {
      return isRetryable(error) ? 'retry' : 'done';
    }
  };
}

function messageOf({ id, time, payload }: OutgoingEvent): events.Event {
  if (payload.kind === 'exposure') return { id, time, payload: { $case: 'exposure', value: payload.exposure } };
  const { name, units, value, properties } = payload.tracked;
  return { id, time, payload: { $case: 'tracked', value: { name, units: { ...units }, value, properties } } };
}
