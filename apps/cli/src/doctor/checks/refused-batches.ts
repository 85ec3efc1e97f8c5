import { formatCount } from '../../output/format-number.js';
import { metricsCheck } from '../check.js';

/** Whether senders were told to come again later. */
export const refusedBatches = metricsCheck('refused batches', (metrics) => {
  const refused = metrics.countBy('sortition_events_refused_total', 'reason');
  const quota = refused.get('quota') ?? 0;
  const room = refused.get('room') ?? 0;
  if (quota + room === 0) return { status: 'good', finding: 'no batch was refused' };
  const next =
    room > 0
      ? 'The event log could not keep up: look at its disk, or add a process.'
      : 'Some organization sends more than its quota: raise events_per_second of its row in the table organization, or let it send less.';
  return {
    status: 'notice',
    finding: `batches refused since the process started: ${formatCount(quota)} over the quota, ${formatCount(room)} because the queue was full`,
    next,
  };
});
