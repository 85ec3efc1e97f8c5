import type { EventRow, ExposureRow, LoadBatch } from '@sortition/plugin-sdk';

import type { ExposurePayload, TrackedPayload } from '../domain/event-payload.js';
import type { LogRecord } from './event-log.js';

/** The warehouse's rows of consecutive records. */
export function loadBatchOf(source: string, offset: number, records: readonly LogRecord[]): LoadBatch {
  const exposures: ExposureRow[] = [];
  const events: EventRow[] = [];
  for (const record of records) {
    if (record.kind === 'exposure') exposures.push(exposureRowOf(record));
    else events.push(eventRowOf(record));
  }
  return { source, offset, exposures, events };
}

/** The log holds only payloads that were checked on their way in. Rows are written out: most of the cost was a spread. */
function exposureRowOf(record: LogRecord): ExposureRow {
  const { environmentId, eventId, timeMicros, receivedMicros } = record;
  const { flag, variant, rule, experiment, phase, unitAttribute, unit } = record.payload as ExposurePayload;
  return {
    environmentId,
    eventId,
    timeMicros,
    receivedMicros,
    flag,
    variant,
    rule,
    experiment,
    phase,
    unitAttribute,
    unit,
  };
}

function eventRowOf(record: LogRecord): EventRow {
  const { environmentId, eventId, timeMicros, receivedMicros } = record;
  const { name, value, units, properties } = record.payload as TrackedPayload;
  return {
    environmentId,
    eventId,
    timeMicros,
    receivedMicros,
    name,
    value,
    units,
    properties: JSON.stringify(properties),
  };
}
