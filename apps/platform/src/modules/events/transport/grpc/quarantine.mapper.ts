import { quarantine } from '@sortition/contracts';
import { DomainError } from '@sortition/kernel';

import type { QuarantinedEvent, QuarantineFilter } from '../../application/quarantine-store.js';
import { quoted } from '../../domain/event-rejection.js';
import { QUARANTINE_REASONS, type QuarantineReason } from '../../domain/quarantine-verdict.js';

const { QuarantineState } = quarantine;

const MAX_EVENT_IDS = 1_000;
const MAX_NAME_LENGTH = 256;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** @throws DomainError INVALID_ARGUMENT naming the field and the value. */
export function quarantineFilterOf(filter: quarantine.QuarantineFilter | undefined): QuarantineFilter {
  if (!filter) return {};
  const { event, reason, receivedFrom, receivedBefore, eventIds } = filter;
  if (event.length > MAX_NAME_LENGTH || event.includes('\0')) {
    throw invalid('filter.event', event, `must be at most ${MAX_NAME_LENGTH} characters without NUL`);
  }
  if (reason !== '' && !QUARANTINE_REASONS.includes(reason as QuarantineReason)) {
    throw invalid('filter.reason', reason, `must be one of ${QUARANTINE_REASONS.join(', ')}`);
  }
  if (eventIds.length > MAX_EVENT_IDS) {
    throw invalid('filter.event_ids', eventIds.length, `must have at most ${MAX_EVENT_IDS} entries`);
  }
  eventIds.forEach((id, index) => {
    if (!UUID.test(id)) throw invalid(`filter.event_ids[${index}]`, id, 'must be a UUID');
  });
  return {
    ...(event !== '' && { event }),
    ...(reason !== '' && { reason }),
    ...(receivedFrom && { receivedFrom }),
    ...(receivedBefore && { receivedBefore }),
    ...(eventIds.length > 0 && { eventIds }),
  };
}

/** @throws DomainError UNKNOWN_ENUM_VALUE naming the field and the value. */
export function isReplayedOf(state: quarantine.QuarantineState): boolean | undefined {
  switch (state) {
    case QuarantineState.UNSPECIFIED:
      return undefined;
    case QuarantineState.QUARANTINED:
      return false;
    case QuarantineState.REPLAYED:
      return true;
    default:
      throw invalid('state', state, 'must be 0, 1 (quarantined) or 2 (replayed)', 'UNKNOWN_ENUM_VALUE');
  }
}

/** @throws DomainError INVALID_ARGUMENT naming the field and the value. */
export function replayPositionOf(token: string): string {
  if (token === '' || UUID.test(token)) return token;
  throw invalid('page_token', token, 'must be the next_page_token of a replay');
}

export function quarantinedEventMessage(event: QuarantinedEvent): quarantine.QuarantinedEvent {
  const { eventId, timeMicros, receivedMicros, payload, verdict, replayedAt } = event;
  const { reason, field, message, definitionVersion } = verdict;
  return {
    eventId,
    event: payload.name,
    time: new Date(timeMicros / 1_000),
    receiveTime: new Date(receivedMicros / 1_000),
    reason,
    field,
    message,
    definitionVersion,
    units: { ...payload.units },
    value: payload.value ?? undefined,
    properties: payload.properties,
    state: replayedAt ? QuarantineState.REPLAYED : QuarantineState.QUARANTINED,
    replayTime: replayedAt,
  };
}

function invalid(
  field: string,
  value: unknown,
  rule: string,
  code: 'INVALID_ARGUMENT' | 'UNKNOWN_ENUM_VALUE' = 'INVALID_ARGUMENT',
): DomainError {
  const description = `${rule}, got ${quoted(value)}`;
  return new DomainError('invalid', code, `${field} ${description}.`, { violations: [{ field, description }] });
}
