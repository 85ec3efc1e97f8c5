import { formatCount } from '../../output/format-number.js';
import { metricsCheck, percent } from '../check.js';

const NOTICE_SHARE = 0.5;
const TROUBLE_SHARE = 0.9;

/** Whether events are written as fast as they come. */
export const ingestQueue = metricsCheck('ingest queue', (metrics) => {
  const events = metrics.gauge('sortition_events_queue_events') ?? 0;
  const capacity = metrics.gauge('sortition_events_queue_capacity') ?? 0;
  const share = capacity === 0 ? 0 : events / capacity;
  const finding = `${formatCount(events)} events wait to be stored, ${percent(share)} of what the queue holds`;
  if (share < NOTICE_SHARE) return { status: 'good', finding };
  return {
    status: share < TROUBLE_SHARE ? 'notice' : 'trouble',
    finding,
    next: 'The event log is slower than the senders: look at the disk of the database, or set a quota with SORTITION_EVENTS_PER_SECOND.',
  };
});
