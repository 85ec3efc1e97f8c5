import { Buffer } from 'node:buffer';

import { BinaryReader, events, WireType } from '@sortition/contracts';

import type { SubmittedBatch, SubmittedEvent } from '../../application/publish-events.js';
import { unusableKey } from '../../domain/check-properties.js';
import type { EventDraft, PayloadDraft } from '../../domain/event-draft.js';
import { EventRejection } from '../../domain/event-rejection.js';
import { hasPossibleTime } from './check-timestamp.js';
import { EventTranscriber } from './transcribe-event.js';
import { fieldWithUnusableKey } from './unusable-keys.js';

/** Field numbers of PublishEventsRequest and Event. */
const EVENTS = 1;
const SENT_AT = 2;
const EVENT_ID = 1;
const EVENT_TIME = 2;

const IMPOSSIBLE_TIME = new EventRejection('INVALID_ARGUMENT', 'time', 'has nanoseconds beyond its second');

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
const decodeText = (bytes: Uint8Array): string => strict.decode(bytes);

const transcriber = new EventTranscriber();

/**
 * Reads a PublishEventsRequest or PublishEventStreamRequest, which have the same fields. An event that cannot be
 * decoded (text that is not UTF-8, properties nested without end, a field cut short) is refused alone.
 *
 * @throws Error when what is around the events cannot be decoded.
 */
export function decodeBatch(bytes: Uint8Array): SubmittedBatch {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const reader = new BinaryReader(buffer);
  const submitted: SubmittedEvent[] = [];
  let sentAt: Date | undefined;
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [field, wireType] = reader.tag();
    if (field === EVENTS && wireType === WireType.LengthDelimited) {
      submitted.push(decodeEvent(buffer, reader));
    } else {
      reader.skip(wireType, field);
      if (field === SENT_AT) sentAt = sentAtOf(buffer.subarray(start, reader.pos));
    }
  }
  return { events: submitted, sentAt };
}

function sentAtOf(bytes: Uint8Array): Date | undefined {
  if (!hasPossibleTime(bytes, SENT_AT)) throw new RangeError('sent_at has nanoseconds beyond its second.');
  return events.PublishEventsRequest.decode(bytes).sentAt;
}

function decodeEvent(buffer: Buffer, reader: BinaryReader): SubmittedEvent {
  const length = reader.uint32();
  const start = reader.pos;
  reader.pos += length;
  if (reader.pos > reader.len) throw new RangeError('The message ends within an event.');
  return transcriber.transcribe(buffer, start, reader.pos) ?? decodeDraft(buffer.subarray(start, reader.pos));
}

function decodeDraft(bytes: Uint8Array): SubmittedEvent {
  try {
    const event = events.Event.decode(new BinaryReader(bytes, decodeText));
    const field = fieldWithUnusableKey(bytes);
    if (field) return { id: event.id, rejection: unusableKey(field) };
    if (!hasPossibleTime(bytes, EVENT_TIME)) return { id: event.id, rejection: IMPOSSIBLE_TIME };
    return draftOf(event);
  } catch (error) {
    const description = `cannot be decoded: ${error instanceof Error ? error.message : String(error)}`;
    return { id: idOf(bytes), rejection: new EventRejection('INVALID_ARGUMENT', 'event', description) };
  }
}

/** The id, so that the sender knows which event it was; empty when not even that can be read. */
function idOf(bytes: Uint8Array): string {
  const reader = new BinaryReader(bytes);
  try {
    while (reader.pos < reader.len) {
      const [field, wireType] = reader.tag();
      if (field === EVENT_ID) return lenient.decode(reader.bytes());
      reader.skip(wireType, field);
    }
  } catch {
    // Cut short before the id.
  }
  return '';
}

function draftOf({ id, time, payload }: events.Event): EventDraft {
  return { id, time, payload: payloadOf(payload) };
}

function payloadOf(payload: events.Event['payload']): PayloadDraft | undefined {
  switch (payload?.$case) {
    case 'exposure':
      return { kind: 'exposure', exposure: payload.value };
    case 'tracked': {
      const { name, units, value, properties } = payload.value;
      return { kind: 'tracked', tracked: { name, units, value, properties } };
    }
    case undefined:
      return undefined;
  }
}
