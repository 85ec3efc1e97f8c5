import { formatCount } from '../../output/format-number.js';
import { metricsCheck, percent } from '../check.js';

const NOTICE_SHARE = 0.001;
const TROUBLE_SHARE = 0.05;

/** Whether senders send what cannot be stored. */
export const rejectedEvents = metricsCheck('rejected events', (metrics) => {
  const rejected = metrics.count('sortition_events_rejected_total');
  const received =
    rejected + metrics.count('sortition_events_accepted_total') + metrics.count('sortition_events_duplicates_total');
  const share = received === 0 ? 0 : rejected / received;
  const finding = `${formatCount(rejected)} of ${formatCount(received)} events were rejected (${percent(share)})`;
  if (share < NOTICE_SHARE) return { status: 'good', finding };
  const reasons = [...metrics.countBy('sortition_events_rejected_total', 'reason')]
    .map(([reason, count]) => `${reason} ${formatCount(count)}`)
    .join(', ');
  return {
    status: share < TROUBLE_SHARE ? 'notice' : 'trouble',
    finding: `${finding}: ${reasons}`,
    next: 'They are lost to analysis. The answer to each batch says what is wrong with which event: log it in the application that sends.',
  };
});
