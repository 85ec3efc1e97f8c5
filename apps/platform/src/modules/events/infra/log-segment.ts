import type { LogRecord, NewRecord } from '../application/event-log.js';

/** What one environment has in an append: its records, each id once, and where they stood. */
export interface NewSegment {
  readonly organizationId: string;
  readonly environmentId: string;
  readonly records: readonly NewRecord[];
  /** Position of each record in the append. */
  readonly indexes: readonly number[];
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

interface GrowingSegment extends NewSegment {
  readonly records: NewRecord[];
  readonly indexes: number[];
  readonly ids: Set<string>;
}

/** The segments of an append, in the order of their first records; records that repeat an id are left out. */
export function segmentsOf(records: readonly NewRecord[]): readonly NewSegment[] {
  const segments = new Map<string, GrowingSegment>();
  let segment: GrowingSegment | undefined;
  for (const [index, record] of records.entries()) {
    const { organizationId, environmentId, eventId } = record;
    // Neighbours are mostly of one batch and so of one environment.
    if (segment?.environmentId !== environmentId || segment.organizationId !== organizationId) {
      const key = `${organizationId} ${environmentId}`;
      segment = segments.get(key) ?? { organizationId, environmentId, records: [], indexes: [], ids: new Set() };
      segments.set(key, segment);
    }
    if (segment.ids.has(eventId)) continue;
    segment.ids.add(eventId);
    segment.records.push(record);
    segment.indexes.push(index);
  }
  return [...segments.values()];
}

/** The records of a segment whose ids are not among those given. */
export function withoutIds(segment: NewSegment, known: ReadonlySet<string>): NewSegment {
  const isFresh = segment.records.map(({ eventId }) => !known.has(eventId));
  return {
    ...segment,
    records: segment.records.filter((_, position) => isFresh[position]),
    indexes: segment.indexes.filter((_, position) => isFresh[position]),
  };
}

/** The ids as an array literal of PostgreSQL. */
export function idsOf(records: readonly NewRecord[]): string {
  return `{${records.map(({ eventId }) => eventId).join(',')}}`;
}

/**
 * The records as they are stored: a JSON array, a record a line. Payloads are JSON already and are not parsed again.
 *
 * @throws TypeError for a payload that cannot be a JSON object; it would make the whole segment unreadable.
 */
export function storedRecordsOf(records: readonly NewRecord[]): string {
  const lines = records.map(({ eventId, timeMs, kind, payload }) => {
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
