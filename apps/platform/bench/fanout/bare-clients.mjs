/** Bare grpc-js streams in one process, each on a channel of its own. Prints what providers.mjs prints. */
import { Buffer } from 'node:buffer';

import { Client, credentials, Metadata } from '@grpc/grpc-js';

const OPENED_AT_ONCE = 10;
const [address, count] = process.argv.slice(2);
const asIs = (bytes) => bytes;
const waiting = Array.from({ length: Number(count) }, () => undefined);
let seen = [];
let isReady = false;

function open() {
  const client = new Client(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 });
  const request = Buffer.alloc(40);
  const stream = client.makeServerStreamRequest('/bench.Fanout/Watch', asIs, asIs, request, new Metadata());
  return new Promise((resolve) => {
    stream.on('data', () => {
      resolve();
      if (!isReady) return;
      seen.push({ at: Number(process.hrtime.bigint()) / 1e6 });
      if (seen.length < Number(count)) return;
      console.log(JSON.stringify(seen));
      seen = [];
    });
  });
}

async function openAll() {
  while (waiting.length > 0) {
    waiting.pop();
    await open();
  }
}

await Promise.all(Array.from({ length: OPENED_AT_ONCE }, openAll));
isReady = true;
console.log(JSON.stringify('ready'));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
