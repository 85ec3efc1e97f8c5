import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { findNatsServer, startTestNats, type TestNats } from '@sortition/testing';
import pino from 'pino';

import { describeEventLog } from '../../testing/describe-event-log.js';
import { JetStreamEventLog } from './jetstream-event-log.js';
import { parseJetStreamUrl } from './parse-jetstream-url.js';

if (findNatsServer() === undefined) {
  describe('JetStreamEventLog', () => {
    it.skip('is tested where a nats-server is installed (apt-get install nats-server)', () => undefined);
  });
} else {
  let nats: TestNats;
  let logs = 0;

  beforeAll(async () => {
    nats = await startTestNats();
  });

  afterAll(() => nats.stop());

  describeEventLog('JetStreamEventLog', async () => {
    const settings = parseJetStreamUrl(`${nats.url}/LOG-${String((logs += 1))}?max_bytes=64MiB`);
    const views: JetStreamEventLog[] = [];
    const open = async (): Promise<JetStreamEventLog> => {
      const log = await JetStreamEventLog.open(settings, pino({ enabled: false }));
      views.push(log);
      return log;
    };
    return {
      log: await open(),
      reopen: open,
      close: async () => {
        for (const view of views) await view.close();
      },
    };
  });
}
