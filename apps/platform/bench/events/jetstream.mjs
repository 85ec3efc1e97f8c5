/**
 * The same load into NATS JetStream, on servers of its own, one and a cluster of three with three replicas; skipped where
 * there is no nats-server. A server acknowledges when its file has the message, not when the disk has: see ADR 0012.
 */
import { findNatsServer, startTestNats } from '@sortition/testing';

import { secondsOf } from './processor-time.mjs';

/**
 * @param databaseUrl where keys and definitions come from.
 * @param start starts a program of this folder.
 * @param messageOf resolves with the next message of such a program.
 * @param report called with a label and `{ perSecond, perCore, p50, p99 }` for each set of servers.
 */
export async function benchJetStream({ databaseUrl, start, messageOf, load, report }) {
  if (findNatsServer() === undefined) {
    console.log('PublishEvents, JetStream: no nats-server on this machine (apt-get install nats-server)');
    return;
  }
  for (const nodes of [1, 3]) {
    const nats = await startTestNats({ nodes });
    const url = `${nats.url}/BENCH?replicas=${nodes}&max_bytes=1GiB`;
    const ingest = start('ingest.mjs', databaseUrl, url);
    let sender;
    try {
      const { port } = await messageOf(ingest);
      sender = start('sender.mjs', String(port));
      await send(sender, messageOf, load);
      const before = serving(ingest, nats);
      const result = await send(sender, messageOf, load);
      const processor = (serving(ingest, nats) - before) / (load.batches * load.batchSize);
      report(`PublishEvents, JetStream R${nodes}`, { ...result, perCore: 1 / processor });
    } finally {
      if (sender?.connected) sender.disconnect();
      if (ingest.connected) ingest.disconnect();
      await nats.stop();
    }
  }
}

async function send(sender, messageOf, load) {
  sender.send(load);
  await messageOf(sender);
  sender.send('go');
  return messageOf(sender);
}

/** Processor time of everything that serves, in seconds. */
function serving(ingest, nats) {
  return nats.nodes.reduce((seconds, { pid }) => seconds + secondsOf(pid), secondsOf(ingest.pid));
}
