import { formatCount } from '../../output/format-number.js';
import { metricsCheck } from '../check.js';

/** Whether the event log went back in time since the process started. */
export const eventLogHistory = metricsCheck('event log history', (metrics) => {
  const returns = metrics.gauge('sortition_events_loader_log_returns') ?? 0;
  if (returns === 0) return { status: 'good', finding: 'the event log has not gone back in time' };
  return {
    status: 'notice',
    finding: `the event log went back in time or was replaced (since the process started: ${formatCount(returns)})`,
    next: 'Search the log for "went back in time": it says up to which offset the warehouse had loaded. What was acknowledged after that and not restored is lost. What the log has taken since is loaded.',
  };
});
