/** A bare grpc-js server: writes the same bytes to every open stream for each line on its standard input. */
import { Buffer } from 'node:buffer';
import { createInterface } from 'node:readline';

import { Server, ServerCredentials } from '@grpc/grpc-js';

const MESSAGE = Buffer.alloc(Number(process.argv[2]), 1);
const asIs = (bytes) => bytes;
const streams = new Set();
const server = new Server();
const method = {
  path: '/bench.Fanout/Watch',
  requestStream: false,
  responseStream: true,
  requestSerialize: asIs,
  requestDeserialize: asIs,
  responseSerialize: asIs,
  responseDeserialize: asIs,
};
server.addService({ Watch: method }, { Watch: (call) => streams.add(call) && call.write(MESSAGE) });
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(JSON.stringify({ address: `127.0.0.1:${port}` }));
});
createInterface({ input: process.stdin })
  .on('line', () => {
    for (const stream of streams) stream.write(MESSAGE);
  })
  .on('close', () => process.exit(0));
