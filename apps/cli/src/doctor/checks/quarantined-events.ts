import { formatCount } from '../../output/format-number.js';
import { metricsCheck, percent } from '../check.js';

const NOTICE_SHARE = 0.001;
const TROUBLE_SHARE = 0.05;

/** Whether events match their definitions. */
export const quarantinedEvents = metricsCheck('quarantined events', (metrics) => {
  const quarantined = metrics.count('sortition_events_quarantine_quarantined_total');
  const checked = metrics.count('sortition_events_quarantine_checked_total');
  const share = checked === 0 ? 0 : quarantined / checked;
  const finding = `${formatCount(quarantined)} of ${formatCount(checked)} tracked events were quarantined (${percent(share)})`;
  if (share < NOTICE_SHARE) return { status: 'good', finding };
  const reasons = [...metrics.countBy('sortition_events_quarantine_quarantined_total', 'reason')]
    .map(([reason, count]) => `${reason} ${formatCount(count)}`)
    .join(', ');
  return {
    status: share < TROUBLE_SHARE ? 'notice' : 'trouble',
    finding: `${finding}: ${reasons}`,
    next: 'See them with "sortition quarantine --help", fix the definition or the sender, and replay them.',
  };
});
