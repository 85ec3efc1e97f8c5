import { formatCount } from '../../output/format-number.js';
import { metricsCheck, percent } from '../check.js';

const NOTICE_SHARE = 0.1;

/** Whether events arrive long after they happened, so that results of the last hours are still incomplete. */
export const lateEvents = metricsCheck('late events', (metrics) => {
  const late = metrics.count('sortition_events_late_total');
  const accepted = metrics.count('sortition_events_accepted_total');
  const share = accepted === 0 ? 0 : late / accepted;
  const finding = `${formatCount(late)} of ${formatCount(accepted)} events came more than an hour late (${percent(share)})`;
  if (share < NOTICE_SHARE) return { status: 'good', finding };
  return {
    status: 'notice',
    finding,
    next: 'Late events count when they arrive. If no backlog is being sent, look at how long the senders keep events before they flush.',
  };
});
