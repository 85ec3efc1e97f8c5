import { DomainError } from '@sortition/kernel';

import type { SubmittedBatch, SubmittedEvent } from '../../application/publish-events.js';
import { EventRejection, quoted } from '../../domain/event-rejection.js';
import type { JsonBody } from './json-body.js';
import { readEvent, readTime } from './read-event.js';
import { readExposure } from './read-exposure.js';
import { unheldNumbers } from './unheld-number.js';

type ReadEvent = (value: unknown) => SubmittedEvent;

/** Reads the body of a batch. @throws DomainError INVALID_ARGUMENT when the batch itself is of another form. */
export type ReadBatch = (body: JsonBody) => SubmittedBatch;

/** Reads the JSON form of PublishEventsRequest. What is wrong with one event refuses that event alone. */
export const readEvents: ReadBatch = (body) => readBatch(body, 'events', readEvent);

/** Reads a batch of exposures. What is wrong with one exposure refuses that exposure alone. */
export const readExposures: ReadBatch = (body) => readBatch(body, 'exposures', readExposure);

function readBatch({ text, value: body }: JsonBody, list: string, read: ReadEvent): SubmittedBatch {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid('body', `${quoted(body)} is not an object like {"${list}": [...]}`);
  }
  const { [list]: values, sentAt } = body as Readonly<Record<string, unknown>>;
  if (!Array.isArray(values)) throw invalid(list, `${quoted(values)} is not a list`);
  const time = readTime('sentAt', sentAt);
  if (time instanceof EventRejection) throw invalid('sentAt', time.description);
  const unheld = unheldNumbers(text, list);
  const events = values.map((value, index): SubmittedEvent => {
    const event = read(value);
    const rejection = unheld.get(index);
    return rejection ? { id: event.id, rejection } : event;
  });
  return { events, sentAt: time };
}

function invalid(field: string, description: string): DomainError {
  return new DomainError('invalid', 'INVALID_ARGUMENT', `${field} ${description}.`, {
    violations: [{ field, description }],
  });
}
