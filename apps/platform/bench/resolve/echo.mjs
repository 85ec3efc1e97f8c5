/** A bare grpc-js server that answers every call with as many bytes as it is told. Ends with its standard input. */
import { Buffer } from 'node:buffer';

import { Server, ServerCredentials } from '@grpc/grpc-js';

const response = Buffer.alloc(Number(process.argv[2]), 1);
const asIs = (bytes) => bytes;
const server = new Server();
server.addService(
  {
    echo: {
      path: '/bench.Echo/Echo',
      requestStream: false,
      responseStream: false,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    },
  },
  { echo: (_call, callback) => callback(null, response) },
);
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(JSON.stringify({ address: `127.0.0.1:${port}` }));
});

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
