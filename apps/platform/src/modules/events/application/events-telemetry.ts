import { type BatchObservableResult, metrics, type Observable } from '@opentelemetry/api';

const meter = metrics.getMeter('sortition.events');

/** What ingest counts. */
export const ingestTelemetry = {
  accepted: meter.createCounter('sortition.events.accepted', {
    description: 'Events stored durably, those included whose senders were told of quarantine.',
  }),
  duplicates: meter.createCounter('sortition.events.duplicates', { description: 'Events that were stored before.' }),
  rejected: meter.createCounter('sortition.events.rejected', { description: 'Events refused, by reason.' }),
  late: meter.createCounter('sortition.events.late', {
    description: 'Of the events accepted, those received more than an hour after they happened.',
  }),
  refused: meter.createCounter('sortition.events.refused', {
    description: 'Attempts to send a batch that were refused, by reason: quota, room. A stream tries by itself again.',
  }),
  batchDuration: meter.createHistogram('sortition.events.batch.duration', {
    description: 'From the receipt of a batch to its acknowledgement.',
    unit: 's',
  }),
};

/** What waits to be written to the log. */
export const queueTelemetry = {
  events: meter.createObservableGauge('sortition.events.queue.events', {
    description: 'Events that wait or are being written to the log.',
  }),
  capacity: meter.createObservableGauge('sortition.events.queue.capacity', {
    description: 'How many events may wait; a batch that would exceed it is refused.',
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
    description: 'Offsets of the log that are not in the warehouse yet; about one per event.',
  }),
  oldestAge: meter.createObservableGauge('sortition.events.loader.oldest_age', {
    description: 'Since the receipt of the oldest event that is not in the warehouse yet; 0 when there is none.',
    unit: 's',
  }),
  logReturns: meter.createObservableGauge('sortition.events.loader.log_returns', {
    description: 'How often the log was found to have gone back in time, as after a restore, since the process began.',
  }),
  warehouseReturns: meter.createObservableGauge('sortition.events.loader.warehouse_returns', {
    description: 'How often the warehouse was found to have lost what it had, since the process began.',
  }),
  missing: meter.createObservableGauge('sortition.events.loader.missing', {
    description: 'Offsets that the warehouse lost and the log no longer holds, found since the process began.',
  }),
  reloading: meter.createObservableGauge('sortition.events.loader.reloading', {
    description: 'Offsets that are still to be loaded again because the warehouse went back.',
  }),
};

/** Observes several instruments of one moment together. Returns the function that stops it. */
export function observeTogether(
  instruments: readonly Observable[],
  observe: (result: BatchObservableResult) => void | Promise<void>,
): () => void {
  const observed = [...instruments];
  meter.addBatchObservableCallback(observe, observed);
  return () => {
    meter.removeBatchObservableCallback(observe, observed);
  };
}

/** Events that do not match their definition. */
export const quarantineTelemetry = {
  announced: meter.createCounter('sortition.events.quarantine.announced', {
    description: 'Of the events accepted, those whose senders were told of quarantine, by reason.',
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
