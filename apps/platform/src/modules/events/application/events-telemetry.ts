import { metrics } from '@opentelemetry/api';

const meter = metrics.getMeter('sortition.events');

/** What ingest counts. */
export const ingestTelemetry = {
  accepted: meter.createCounter('sortition.events.accepted', { description: 'Events stored durably.' }),
  duplicates: meter.createCounter('sortition.events.duplicates', { description: 'Events that were stored before.' }),
  rejected: meter.createCounter('sortition.events.rejected', { description: 'Events refused, by reason.' }),
  refused: meter.createCounter('sortition.events.refused', {
    description: 'Batches refused before anything of them was stored, by reason: quota, room.',
  }),
  batchDuration: meter.createHistogram('sortition.events.batch.duration', {
    description: 'From the receipt of a batch to its acknowledgement.',
    unit: 's',
  }),
};

/** What the loader counts. */
export const loaderTelemetry = {
  loaded: meter.createCounter('sortition.events.loader.loaded', { description: 'Rows added to the warehouse.' }),
  failures: meter.createCounter('sortition.events.loader.failures', { description: 'Passes that failed.' }),
  batchDuration: meter.createHistogram('sortition.events.loader.batch.duration', {
    description: 'Reading a batch from the log and loading it.',
    unit: 's',
  }),
  delay: meter.createHistogram('sortition.events.loader.delay', {
    description: 'From the receipt of the oldest event of a batch to the moment it is in the warehouse.',
    unit: 's',
  }),
  lag: meter.createObservableGauge('sortition.events.loader.lag', {
    description: 'Offsets of the log that are not in the warehouse yet.',
  }),
};

/** What goes against its definition. */
export const quarantineTelemetry = {
  announced: meter.createCounter('sortition.events.quarantine.announced', {
    description: 'Events that ingest stored and told their senders will be quarantined, by reason.',
  }),
  checked: meter.createCounter('sortition.events.quarantine.checked', {
    description: 'Tracked events that the loader checked; the quarantined ones divided by these are the rate.',
  }),
  quarantined: meter.createCounter('sortition.events.quarantine.quarantined', {
    description: 'Events that the loader put into quarantine, by reason.',
  }),
  replayed: meter.createCounter('sortition.events.quarantine.replayed', {
    description: 'Quarantined events that a replay loaded into the warehouse.',
  }),
};
