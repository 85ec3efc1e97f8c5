import { formatCount } from '../../output/format-number.js';
import { metricsCheck } from '../check.js';

/** Loading takes place within a second or two; what waits longer waits for something. */
const NOTICE_SECONDS = 60;
const TROUBLE_SECONDS = 300;

/** Whether the warehouse keeps up with the events. */
export const loaderLag = metricsCheck('loader lag', (metrics, { health }) => {
  const lag = metrics.gauge('sortition_events_loader_lag');
  const age = metrics.gauge('sortition_events_loader_oldest_age');
  if (lag === undefined || age === undefined) {
    if (!health?.roles.includes('events')) return { status: 'good', finding: 'this process loads no events' };
    return {
      status: 'trouble',
      finding: 'the process loads events but cannot tell how far it is',
      next: 'The event log does not answer: look at the database, or at NATS when events go there.',
    };
  }
  const finding =
    lag === 0
      ? 'everything received is in the warehouse'
      : `about ${formatCount(lag)} events are not in the warehouse, the oldest for ${age.toFixed(1)} s`;
  if (age < NOTICE_SECONDS) return { status: 'good', finding };
  return {
    status: age < TROUBLE_SECONDS ? 'notice' : 'trouble',
    finding,
    next: 'Search the log for "loading events failed"; look at the warehouse, its disk space and its locks. No event is lost meanwhile.',
  };
});
