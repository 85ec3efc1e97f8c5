import { headers, type MsgHdrs, nuid } from '@nats-io/transport-node';

import type { LogRecord, NewRecord } from '../../application/event-log.js';
import type { OutgoingMessage } from './acknowledged-publisher.js';

/** What a message of the stream holds beside its subject. */
interface RecordBody {
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  readonly kind: LogRecord['kind'];
  readonly payload: unknown;
}

export interface StoredMessage {
  readonly offset: number;
  readonly receivedMicros: number;
  readonly subject: string;
  readonly text: string;
}

/** Every event of a stream: a subject for each environment of each organization, so that rights can be cut by it. */
export function eventSubjects(stream: string): string {
  return `${stream}.event.>`;
}

/** Where marks of the end go. */
export function markSubject(stream: string): string {
  return `${stream}.mark`;
}

/** The payload is JSON already and goes in as it is. */
export function messageOf(stream: string, record: NewRecord): OutgoingMessage {
  const { organizationId, environmentId, eventId, timeMs, kind, payload } = record;
  return {
    subject: `${stream}.event.${organizationId}.${environmentId}`,
    headers: messageId(`${environmentId}/${eventId}`),
    body: `{"id":"${eventId}","time":${String(timeMs)},"kind":"${kind}","payload":${payload}}`,
  };
}

/**
 * A mark stays until it is trimmed, and bears an id, as an event does: when most servers of a cluster come back at once,
 * they take the last messages from their logs again. One that they do not recognise, for want of an id or because it was
 * deleted, gets a second number there, and from then on the servers number events differently.
 */
export function markOf(stream: string): OutgoingMessage {
  return { subject: markSubject(stream), headers: messageId(`mark/${nuid.next()}`), body: '' };
}

/** @throws Error that names the offset when the message was not written by {@link messageOf}. */
export function recordOf({ offset, receivedMicros, subject, text }: StoredMessage): LogRecord {
  const environmentId = subject.slice(subject.lastIndexOf('.') + 1);
  try {
    const { id, time, kind, payload } = JSON.parse(text) as RecordBody;
    return { offset, environmentId, eventId: id, timeMicros: time * 1_000, receivedMicros, kind, payload };
  } catch (error) {
    throw new Error(`Message ${String(offset)} of the event log, on "${subject}", is no event.`, { cause: error });
  }
}

function messageId(id: string): MsgHdrs {
  const identified = headers();
  identified.set('Nats-Msg-Id', id);
  return identified;
}
