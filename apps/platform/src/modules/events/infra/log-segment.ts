import type { LogRecord, NewRecord } from '../application/event-log.js';

/** What one environment has in an append: its records, each id once, and where they stood. */
export interface NewSegment {
  readonly organizationId: string;
  readonly environmentId: string;
  readonly entries: readonly NewEntry[];
}

export interface NewEntry {
  readonly record: NewRecord;
  /** Position in the append. */
  readonly index: number;
}

export interface SegmentRow {
  /** Of the last record. */
  readonly offset: string;
  readonly event_count: number;
  readonly environment_id: string;
  readonly received_micros: string;
  readonly records: string;
}

type StoredRecord = readonly [eventId: string, timeMs: number, kind: 'exposure' | 'tracked', payload: unknown];

/** The segments of an append, in the order of their first records; records that repeat an id are left out. */
export function segmentsOf(records: readonly NewRecord[]): readonly NewSegment[] {
  const segments = new Map<string, { readonly ids: Set<string>; readonly entries: NewEntry[] }>();
  records.forEach((record, index) => {
    const key = `${record.organizationId} ${record.environmentId}`;
    let segment = segments.get(key);
    if (!segment) segments.set(key, (segment = { ids: new Set(), entries: [] }));
    if (segment.ids.has(record.eventId)) return;
    segment.ids.add(record.eventId);
    segment.entries.push({ record, index });
  });
  return [...segments].map(([key, { entries }]) => {
    const [organizationId = '', environmentId = ''] = key.split(' ');
    return { organizationId, environmentId, entries };
  });
}

/** The ids as an array literal of PostgreSQL. */
export function idsOf(entries: readonly NewEntry[]): string {
  return `{${entries.map(({ record }) => record.eventId).join(',')}}`;
}

/**
 * The records as they are stored: a JSON array, a record a line. Payloads are JSON already and are not parsed again.
 *
 * @throws TypeError for a payload that cannot be a JSON object; it would make the whole segment unreadable.
 */
export function storedRecordsOf(entries: readonly NewEntry[]): string {
  const lines = entries.map(({ record: { eventId, timeMs, kind, payload } }) => {
    if (!payload.startsWith('{') || !payload.endsWith('}')) {
      throw new TypeError(`The payload of event "${eventId}" is no json object.`);
    }
    return `["${eventId}",${String(timeMs)},"${kind}",${payload}]`;
  });
  return `[${lines.join(',\n')}]`;
}

/** The records of a segment that lie beyond an offset. */
export function recordsAfter(after: number, row: SegmentRow): readonly LogRecord[] {
  const last = Number(row.offset);
  const receivedMicros = Number(row.received_micros);
  const environmentId = row.environment_id;
  const stored = JSON.parse(row.records) as readonly StoredRecord[];
  const first = last - row.event_count + 1;
  const skipped = Math.max(0, after - first + 1);
  return (skipped === 0 ? stored : stored.slice(skipped)).map(([eventId, timeMs, kind, payload], index) => ({
    offset: first + skipped + index,
    environmentId,
    eventId,
    timeMicros: timeMs * 1_000,
    receivedMicros,
    kind,
    payload,
  }));
}
