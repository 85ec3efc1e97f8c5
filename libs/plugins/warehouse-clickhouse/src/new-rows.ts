import type { EventRow, ExposureRow } from '@sortition/plugin-sdk';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

type Identified = Pick<EventRow, 'environmentId' | 'eventId'>;

/** The first row of each id, by `idOf`. */
export function firstOfEachId<Row extends Identified>(rows: readonly Row[]): ReadonlyMap<string, Row> {
  const first = new Map<string, Row>();
  for (const row of rows) {
    const id = idOf(row.environmentId, row.eventId);
    if (!first.has(id)) first.set(id, row);
  }
  return first;
}

/** @throws Error unless both are UUIDs: they are written into SQL. */
export function idOf(environmentId: string, eventId: string): string {
  return `${checkedUuid(environmentId)} ${checkedUuid(eventId)}`;
}

export function checkedUuid(text: string): string {
  const lower = text.toLowerCase();
  if (!UUID.test(lower)) throw new Error(`"${text}" is not a UUID.`);
  return lower;
}

export function exposureValues(row: ExposureRow): Readonly<Record<string, unknown>> {
  const { flag, variant, rule, experiment, phase, unitAttribute, unit } = row;
  return { ...commonValues(row), flag, variant, rule, experiment, phase, unit_attribute: unitAttribute, unit };
}

export function eventValues(row: EventRow): Readonly<Record<string, unknown>> {
  const { name, value, units, properties } = row;
  return { ...commonValues(row), name, value, units, properties };
}

export function idValues(kind: string, row: EventRow | ExposureRow): Readonly<Record<string, unknown>> {
  const { environment_id, event_id, received_at } = commonValues(row);
  return { kind, environment_id, event_id, received_at };
}

function commonValues(row: EventRow | ExposureRow): Readonly<Record<string, string>> {
  return {
    environment_id: row.environmentId,
    event_id: row.eventId,
    time: seconds(row.timeMicros),
    received_at: seconds(row.receivedMicros),
  };
}

/** Seconds since the Unix epoch with six decimals, which ClickHouse reads without loss. */
function seconds(micros: number): string {
  const text = String(micros).padStart(7, '0');
  return `${text.slice(0, -6)}.${text.slice(-6)}`;
}
