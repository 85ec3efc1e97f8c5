import type { quarantine } from '@sortition/contracts';

/** Quarantined events as a person or a program sees them. */
export interface QuarantineList {
  readonly events: readonly ListedEvent[];
  /** Where to go on; empty when nothing is left. */
  readonly nextPage: string;
}

export interface ListedEvent {
  readonly id: string;
  readonly event: string;
  readonly time: string | undefined;
  readonly receivedAt: string | undefined;
  readonly reason: string;
  readonly field: string;
  readonly message: string;
  readonly definitionVersion: number;
  readonly units: Readonly<Record<string, string>>;
  readonly value: number | undefined;
  readonly properties: unknown;
  /** Undefined: it was not. */
  readonly replayedAt: string | undefined;
}

export function quarantineList({ events, nextPageToken }: quarantine.ListQuarantinedEventsResponse): QuarantineList {
  return { events: events.map(listedEvent), nextPage: nextPageToken };
}

/** One line an event: when it was received, its name, its id and what is wrong with it. */
export function renderQuarantine({ events, nextPage }: QuarantineList): string {
  if (events.length === 0) return 'No quarantined events.';
  const lines = events.map(
    ({ receivedAt, event, id, reason, message }) => `${receivedAt ?? ''}  ${event}  ${id}  ${reason}: ${message}`,
  );
  return [...lines, ...(nextPage === '' ? [] : [`More with --page ${nextPage}`])].join('\n');
}

function listedEvent(event: quarantine.QuarantinedEvent): ListedEvent {
  const { eventId: id, event: name, reason, field, message, definitionVersion, units, value, properties } = event;
  return {
    id,
    event: name,
    time: event.time?.toISOString(),
    receivedAt: event.receiveTime?.toISOString(),
    reason,
    field,
    message,
    definitionVersion,
    units,
    value,
    properties,
    replayedAt: event.replayTime?.toISOString(),
  };
}
