import { formatCount } from '../../output/format-number.js';
import { metricsCheck } from '../check.js';

/** Whether loading has failed since the process started. Being behind is the matter of another check. */
export const loaderFailures = metricsCheck('loader failures', (metrics) => {
  const failures = metrics.count('sortition_events_loader_failures_total');
  if (failures === 0) return { status: 'good', finding: 'no pass of the loader has failed' };
  return {
    status: 'notice',
    finding: `${formatCount(failures)} passes of the loader have failed since the process started; each was tried again`,
    next: 'Search the log for "loading events failed" to see why.',
  };
});
