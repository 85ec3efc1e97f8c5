import { DomainError } from '@sortition/kernel';

import type { SubmittedBatch } from '../../application/publish-events.js';
import { EventRejection, quoted } from '../../domain/event-rejection.js';
import { readEvent, readTime } from './read-event.js';

/**
 * Reads the JSON form of a batch. What is wrong with one event refuses that event alone.
 *
 * @throws DomainError INVALID_ARGUMENT when the batch itself is of another form.
 */
export function readBatch(body: unknown): SubmittedBatch {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid('body', `${quoted(body)} is not an object like {"events": [...]}`);
  }
  const { events, sentAt } = body as { readonly events?: unknown; readonly sentAt?: unknown };
  if (!Array.isArray(events)) throw invalid('events', `${quoted(events)} is not a list`);
  const time = readTime('sentAt', sentAt);
  if (time instanceof EventRejection) throw invalid('sentAt', time.description);
  return { events: events.map(readEvent), sentAt: time };
}

function invalid(field: string, description: string): DomainError {
  return new DomainError('invalid', 'INVALID_ARGUMENT', `${field} ${description}.`, {
    violations: [{ field, description }],
  });
}
