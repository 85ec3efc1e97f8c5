import { formatCount } from '../../output/format-number.js';
import { metricsCheck } from '../check.js';

/** Whether the warehouse has all that it was given, and can be given more. */
export const warehouse = metricsCheck('warehouse', (metrics, { health }) => {
  const missing = metrics.gauge('sortition_events_loader_missing') ?? 0;
  const reloading = metrics.gauge('sortition_events_loader_reloading') ?? 0;
  if (health?.warehouse === 'down') {
    return {
      status: 'trouble',
      finding: 'the warehouse does not answer or is damaged: results cannot be computed',
      next: 'Search the log for "loading events failed": the failure beside it says what to do. Events wait in the event log meanwhile.',
    };
  }
  if (missing > 0) {
    return {
      status: 'trouble',
      finding: `the warehouse lacks about ${formatCount(missing)} events that it had, and the event log no longer holds them`,
      next: 'Stop the platform, restore a backup of the warehouse, and start again: it loads what came after the backup from the event log. Without a backup, results over that time stay incomplete.',
    };
  }
  if (reloading > 0) {
    return {
      status: 'trouble',
      finding: `the warehouse lost what it had and is being filled again: about ${formatCount(reloading)} events to go`,
      next: 'Wait until this check is good before you read results. Find out who deleted or restored the warehouse.',
    };
  }
  const returns = metrics.gauge('sortition_events_loader_warehouse_returns') ?? 0;
  if (returns > 0) {
    return {
      status: 'notice',
      finding: `the warehouse lost what it had and was filled again from the event log (since the process started: ${formatCount(returns)})`,
      next: 'Find out who deleted or restored the warehouse. Search the log for "loading them again": it says from where on.',
    };
  }
  if (health?.warehouse === undefined) return { status: 'good', finding: 'this process uses no warehouse' };
  return { status: 'good', finding: 'the warehouse has what it was given' };
});
