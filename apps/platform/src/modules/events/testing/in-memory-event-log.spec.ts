import { describeEventLog } from './describe-event-log.js';
import { InMemoryEventLog } from './in-memory-event-log.js';

describeEventLog('InMemoryEventLog', async () => {
  const log = new InMemoryEventLog();
  return { log, reopen: async () => log, close: () => Promise.resolve() };
});
