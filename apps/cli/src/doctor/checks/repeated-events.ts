import { formatCount } from '../../output/format-number.js';
import { metricsCheck, percent } from '../check.js';

const NOTICE_SHARE = 0.1;

/** Whether senders repeat what was stored. It harms no result; it costs. */
export const repeatedEvents = metricsCheck('repeated events', (metrics) => {
  const duplicates = metrics.count('sortition_events_duplicates_total');
  const received = duplicates + metrics.count('sortition_events_accepted_total');
  const share = received === 0 ? 0 : duplicates / received;
  const finding = `${formatCount(duplicates)} of ${formatCount(received)} events had been stored before (${percent(share)})`;
  if (share < NOTICE_SHARE) return { status: 'good', finding };
  return {
    status: 'notice',
    finding,
    next: 'A sender repeats itself: its answers time out, or it makes the same id for different events, of which only the first is kept.',
  };
});
